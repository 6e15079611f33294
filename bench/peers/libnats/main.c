/* What the programs bench_nats_pubsub, bench_nats_request and bench_nats_idle do, with libnats.
 *
 *   libnats publish|subscribe|respond|request|idle|version [options]
 */
#include <getopt.h>
#include <nats/nats.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  kClockEvery = 64,       /* messages between two looks at the clock, */
  kClockBytes = 64 << 10, /* or so many bytes of them */
  kTimeout = 5000         /* ms */
};

static const char* url = "nats://127.0.0.1:4222";
static const char* ca;
static int size = 128;
static int64_t duration = 1000000000;
static int in_flight = 1;
static int connections = 1;
static char* payload;

static void must(natsStatus status, const char* what) {
  if (status == NATS_OK) return;
  fprintf(stderr, "libnats: %s: %s\n", what, natsStatus_GetText(status));
  exit(1);
}

static void fail(const char* what) {
  fprintf(stderr, "libnats: %s\n", what);
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* With `asap` each message is written at once: without it requests wait up to 1 ms for the thread
 * that flushes. */
static natsConnection* connect_to_server(bool asap) {
  natsOptions* options = NULL;
  natsConnection* connection = NULL;
  must(natsOptions_Create(&options), "options");
  must(natsOptions_SetURL(options, url), "URL");
  must(natsOptions_SetSendAsap(options, asap), "send as soon as possible");
  if (ca) {
    must(natsOptions_SetSecure(options, true), "TLS");
    must(natsOptions_LoadCATrustedCertificates(options, ca), "CA");
  }
  must(natsConnection_Connect(&connection, options), "connect");
  natsOptions_Destroy(options);
  return connection;
}

static void say_ready(void) {
  puts("ready");
  fflush(stdout);
}

static void print_result(uint64_t count, int64_t took) {
  printf("{\"count\": %llu, \"seconds\": %.6f}\n", (unsigned long long)count, (double)took / 1e9);
}

static void publish(void) {
  natsConnection* const connection = connect_to_server(false);
  const int fit = kClockBytes / size;
  const int burst = fit < 1 ? 1 : fit > kClockEvery ? kClockEvery : fit;
  uint64_t count = 0;
  const int64_t start = now();
  while (now() < start + duration) {
    for (int i = 0; i < burst; ++i) {
      must(natsConnection_Publish(connection, "bench.nobody", payload, size), "publish");
      ++count;
    }
  }
  must(natsConnection_FlushTimeout(connection, 60000), "flush");
  print_result(count, now() - start);
  natsConnection_Destroy(connection);
}

struct Meter {
  uint64_t count, first;
  int64_t measure_from, start;
  bool wrong, ended;
  pthread_mutex_t lock;
  pthread_cond_t done;
};

static void on_message(natsConnection* connection, natsSubscription* subscription, natsMsg* message,
                       void* closure) {
  struct Meter* const meter = closure;
  (void)connection;
  (void)subscription;
  meter->wrong |= natsMsg_GetDataLength(message) != size;
  natsMsg_Destroy(message);
  if (++meter->count % kClockEvery != 1 || meter->ended) return;
  const int64_t time = now();
  if (meter->count == 1) meter->measure_from = time + duration / 10;
  if (time < meter->measure_from) {
    meter->first = meter->count;
    meter->start = time;
  } else if (time >= meter->start + duration) {
    if (meter->wrong) fail("a message has another size than was published");
    print_result(meter->count - meter->first, time - meter->start);
    pthread_mutex_lock(&meter->lock);
    meter->ended = true;
    pthread_cond_signal(&meter->done);
    pthread_mutex_unlock(&meter->lock);
  }
}

static void subscribe(void) {
  natsConnection* const connection = connect_to_server(false);
  natsSubscription* subscription = NULL;
  struct Meter meter = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
  must(natsConnection_Subscribe(&subscription, connection, "bench.flood", on_message, &meter),
       "subscribe");
  /* Without a bound nothing is dropped, so that what is counted is what came. */
  must(natsSubscription_SetPendingLimits(subscription, -1, -1), "pending limits");
  must(natsConnection_Flush(connection), "flush");
  say_ready();
  pthread_mutex_lock(&meter.lock);
  while (!meter.ended) pthread_cond_wait(&meter.done, &meter.lock);
  pthread_mutex_unlock(&meter.lock);
  fflush(stdout);
  _exit(0); /* what waits in the subscription is of no interest */
}

static void answer(natsConnection* connection, natsSubscription* subscription, natsMsg* message,
                   void* closure) {
  (void)subscription;
  (void)closure;
  must(natsConnection_Publish(connection, natsMsg_GetReply(message), natsMsg_GetData(message),
                              natsMsg_GetDataLength(message)),
       "answer");
  natsMsg_Destroy(message);
}

static void respond(void) {
  natsConnection* const connection = connect_to_server(true);
  natsSubscription* subscription = NULL;
  char byte = 0;
  must(natsConnection_QueueSubscribe(&subscription, connection, "bench.request", "q", answer, NULL),
       "subscribe");
  must(natsConnection_Flush(connection), "flush");
  say_ready();
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  natsSubscription_Destroy(subscription);
  natsConnection_Destroy(connection);
}

struct Callers {
  natsConnection* connection;
  int64_t measure_from, end;
  atomic_ullong replies;
};

static void* request_again_and_again(void* closure) {
  struct Callers* const callers = closure;
  uint64_t count = 0;
  while (true) {
    natsMsg* reply = NULL;
    must(natsConnection_Request(&reply, callers->connection, "bench.request", payload, size,
                                kTimeout),
         "request");
    if (natsMsg_GetDataLength(reply) != size) fail("a reply has another size than its request");
    natsMsg_Destroy(reply);
    const int64_t time = now();
    if (time >= callers->end) break;
    if (time >= callers->measure_from) ++count;
  }
  atomic_fetch_add(&callers->replies, count);
  return NULL;
}

static void request(void) {
  struct Callers callers = {.connection = connect_to_server(true)};
  pthread_t* const threads = calloc((size_t)in_flight, sizeof(*threads));
  callers.measure_from = now() + duration / 10;
  callers.end = callers.measure_from + duration;
  for (int i = 0; i < in_flight; ++i) {
    if (pthread_create(&threads[i], NULL, request_again_and_again, &callers) != 0) fail("thread");
  }
  for (int i = 0; i < in_flight; ++i) pthread_join(threads[i], NULL);
  print_result(callers.replies, duration);
  natsConnection_Destroy(callers.connection);
  free(threads);
}

static long resident_kib(void) {
  long kib = -1;
  char line[256];
  FILE* const file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof(line), file)) sscanf(line, "VmRSS: %ld kB", &kib);
  if (file) fclose(file);
  return kib;
}

static void idle(void) {
  const long before = resident_kib();
  natsConnection** const all = calloc((size_t)connections, sizeof(*all));
  for (int i = 0; i < connections; ++i) all[i] = connect_to_server(false);
  for (int i = 0; i < connections; ++i) must(natsConnection_Flush(all[i]), "flush");
  printf("{\"before_kib\": %ld, \"after_kib\": %ld}\n", before, resident_kib());
  for (int i = 0; i < connections; ++i) natsConnection_Destroy(all[i]);
  free(all);
}

static void version(void) {
  printf("libnats %s\n", nats_GetVersion());
}

static const struct {
  const char* name;
  void (*run)(void);
} kModes[] = {{"publish", publish}, {"subscribe", subscribe}, {"respond", respond},
              {"request", request}, {"idle", idle},           {"version", version}};

int main(int argc, char** argv) {
  static const struct option kOptions[] = {
      {"url", required_argument, NULL, 'u'},
      {"tls", required_argument, NULL, 't'},
      {"size", required_argument, NULL, 's'},
      {"seconds", required_argument, NULL, 'd'},
      {"in-flight", required_argument, NULL, 'f'},
      {"connections", required_argument, NULL, 'c'},
      {NULL, 0, NULL, 0},
  };
  for (int found = 0; (found = getopt_long(argc, argv, "", kOptions, NULL)) != -1;) {
    if (found == 'u') url = optarg;
    if (found == 't') ca = optarg;
    if (found == 's') size = atoi(optarg);
    if (found == 'd') duration = (int64_t)(atof(optarg) * 1e9);
    if (found == 'f') in_flight = atoi(optarg);
    if (found == 'c') connections = atoi(optarg);
    if (found == '?') return 2;
  }
  payload = malloc((size_t)size + 1);
  memset(payload, 'x', (size_t)size);
  for (size_t i = 0; i < sizeof(kModes) / sizeof(*kModes); ++i) {
    if (optind != argc - 1 || strcmp(argv[optind], kModes[i].name) != 0) continue;
    kModes[i].run();
    free(payload);
    return 0;
  }
  fprintf(stderr, "usage: %s MODE [options]\n", argv[0]);
  return 2;
}
