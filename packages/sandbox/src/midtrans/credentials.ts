export const MIDTRANS_CREDENTIALS = { serverKey: "SB-Mid-server-tautan-sandbox" } as const;
