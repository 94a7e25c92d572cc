const FORMAT = new Intl.NumberFormat("id-ID", { style: "currency", currency: "IDR", maximumFractionDigits: 0 });

export const rupiah = (amount: number): string => FORMAT.format(amount);
