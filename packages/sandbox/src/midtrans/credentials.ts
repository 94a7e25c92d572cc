export const midtransCredentials = { serverKey: "SB-Mid-server-tautan-sandbox" } as const;
