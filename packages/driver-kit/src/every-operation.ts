import type { OperationName } from "@tautan/core";

/** For drivers that support everything. */
export const EVERY_OPERATION: Readonly<Record<OperationName, true>> = {
  create: true,
  get: true,
  find: true,
  list: true,
  update: true,
  close: true,
  reopen: true,
  delete: true,
  listHistories: true,
  listRecentHistories: true,
  getHistory: true,
  listPaymentMethods: true,
  parseWebhook: true,
  confirm: true,
};
