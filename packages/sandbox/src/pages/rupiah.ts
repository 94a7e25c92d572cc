/** `Rp190.000` */
export function rupiah(amount: number): string {
  return `${amount < 0 ? "-" : ""}Rp${String(Math.abs(amount)).replaceAll(/\B(?=(\d{3})+$)/g, ".")}`;
}
