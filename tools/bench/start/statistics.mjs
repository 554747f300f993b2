// Samples → medians and paired ratios. Samples of one round are pairs: what a busy moment does to both cancels out in their ratio.

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const minimum = (numbers) => Math.min(...numbers);

/** The median of the ratios of pairs, and the 95 % interval around it that the order of the samples gives. */
export function pairedRatio(numbers, others) {
  const ratios = numbers.map((number, round) => number / others[round]).sort((a, b) => a - b);
  const reach = 0.98 * Math.sqrt(ratios.length);
  const at = (index) => ratios[Math.min(ratios.length - 1, Math.max(0, index))];
  return { value: median(ratios), low: at(Math.floor(ratios.length / 2 - reach)), high: at(Math.ceil(ratios.length / 2 + reach)) };
}
