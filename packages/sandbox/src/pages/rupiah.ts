/** `whole rupiah, from Rp5.000 to Rp9.000` */
export function rupiahWithin(min: number, max: number): string {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `${rupiah(min)} or more` : `from ${rupiah(min)} to ${rupiah(max)}`;
  return `whole rupiah, ${bounds}`;
}

/** `Rp190.000` */
export function rupiah(amount: number): string {
  return `${amount < 0 ? "-" : ""}Rp${String(Math.abs(amount)).replaceAll(/\B(?=(\d{3})+$)/g, ".")}`;
}
