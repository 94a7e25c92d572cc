// Plain functions of the schemas in wire.ts.

/** Whether a canonical decimal is above 0 and without decimals. */
export const isWholeRupiah = (amount: string): boolean => /^[1-9]\d*$/.test(amount);
