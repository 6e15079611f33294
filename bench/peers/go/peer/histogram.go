package peer

import (
	"math/bits"
	"time"
)

const (
	stepBits = 7 // steps per power of two: a step is less than 1 % wide
	steps    = 1 << stepBits
	powers   = 32 // up to 2^39 ns, nine minutes
)

// histogram of times in nanoseconds; a quantile is right within half a percent.
type histogram struct {
	counts [powers * steps]uint32
	count  uint64
	max    uint64
}

func bucketOf(value uint64) int {
	power := max(bits.Len64(value)-stepBits-1, 0)
	return min(power*steps+int(value>>power), powers*steps-1)
}

func (h *histogram) add(time time.Duration) {
	value := uint64(max(time, 0))
	h.counts[bucketOf(value)]++
	h.count++
	h.max = max(h.max, value)
}

func (h *histogram) merge(other *histogram) {
	for i, count := range other.counts {
		h.counts[i] += count
	}
	h.count += other.count
	h.max = max(h.max, other.max)
}

func (h *histogram) quantile(of float64) float64 {
	rank := uint64(of * float64(h.count))
	for i, count := range h.counts {
		if uint64(count) > rank {
			return min(middleOf(i), float64(h.max))
		}
		rank -= uint64(count)
	}
	return float64(h.max)
}

// middleOf a bucket: from 2^stepBits on it holds the values that share their first bits.
func middleOf(bucket int) float64 {
	if bucket < 2*steps {
		return float64(bucket)
	}
	power := bucket/steps - 1
	first := uint64(bucket-power*steps) << power
	return float64(first) + float64(uint64(1)<<power-1)/2
}
