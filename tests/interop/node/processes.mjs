// Starts what a test needs, on ports that the system picks, and ends only what it started.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Asks again until `probe` gives something, for ten seconds at most. */
export async function until(what, probe) {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const found = await probe();
    if (found) return found;
    await pause(20);
  }
  throw new Error(`waited 10 s for ${what}`);
}

/** A process of the test's own. */
export class Process {
  constructor(program, ...args) {
    this.output = "";
    this.child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk) => (this.output += chunk);
    this.child.stdout.on("data", keep);
    this.child.stderr.on("data", keep);
    this.ended = new Promise((resolve) => {
      this.child.on("error", (error) => resolve(String(error)));
      this.child.on("exit", (code, signal) => resolve(code ?? signal));
    });
  }

  /** Asks it to stop and returns its exit code. */
  stop() {
    this.child.kill("SIGTERM");
    return this.ended;
  }
}

/** A nats-server; its `url` is known once it listens. */
export class NatsServer extends Process {
  static async start() {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-interop-"));
    const usual = "/usr/sbin/nats-server";
    const program =
      process.env.FAIRLEAD_NATS_SERVER ?? (existsSync(usual) ? usual : "nats-server");
    const server = new NatsServer(
      program, "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", folder,
    );
    try {
      server.url = await until("nats-server", () => {
        const file = readdirSync(folder).find((name) => name.endsWith(".ports"));
        const ports = file && readFileSync(join(folder, file), "utf8");
        return ports && JSON.parse(ports).nats[0];
      });
    } catch (error) {
      await server.stop();
      throw new Error(`${error.message}: ${server.output}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
    return server;
  }
}
