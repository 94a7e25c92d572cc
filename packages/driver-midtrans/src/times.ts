export const MINUTE_MS = 60_000;

/** Times without an offset are Jakarta's. Source: docs.midtrans.com, Get Transaction Status: GMT+7. */
export const JAKARTA = "+07:00";
