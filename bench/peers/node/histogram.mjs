const stepBits = 7; // steps per power of two: a step is less than 1 % wide
const steps = 1 << stepBits;
const powers = 32; // up to 2^39 ns, nine minutes

/** Times in nanoseconds; a quantile is right within half a percent. */
export class Histogram {
  counts = new Uint32Array(powers * steps);
  count = 0;
  max = 0;

  add(value) {
    const power = Math.max(Math.floor(Math.log2(Math.max(value, 1))) - stepBits, 0);
    const bucket = power * steps + Math.floor(value / 2 ** power);
    ++this.counts[Math.min(bucket, this.counts.length - 1)];
    ++this.count;
    this.max = Math.max(this.max, value);
  }

  quantile(of) {
    let rank = Math.floor(of * this.count);
    for (let i = 0; i < this.counts.length; ++i) {
      if (this.counts[i] > rank) return Math.min(middleOf(i), this.max);
      rank -= this.counts[i];
    }
    return this.max;
  }
}

/** From 2 * steps on a bucket holds the values that share their first bits. */
function middleOf(bucket) {
  if (bucket < 2 * steps) return bucket;
  const power = Math.floor(bucket / steps) - 1;
  return (bucket - power * steps) * 2 ** power + (2 ** power - 1) / 2;
}
