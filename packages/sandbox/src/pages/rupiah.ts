/** `whole rupiah, from Rp5.000 to Rp9.000` */
export function rupiahWithin(min: number, max: number): string {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `${rupiah(min)} or more` : `from ${rupiah(min)} to ${rupiah(max)}`;
  return `whole rupiah, ${bounds}`;
}

/** `Rp190.000` */
export function rupiah(amount: number): string {
  return `${amount < 0 ? "-" : ""}Rp${String(Math.abs(amount)).replaceAll(/\B(?=(\d{3})+$)/g, ".")}`;
}

/** An amount as it is typed. Rupiah have no fraction, so that a dot before three digits can only be one of the thousands. */
export function rupiahIn(text: string): number | undefined {
  const digits = text.trim();
  return /^(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)$/.test(digits) ? Number(digits.replaceAll(".", "")) : undefined;
}
