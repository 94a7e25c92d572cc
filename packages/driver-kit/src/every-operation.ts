import { OPERATIONS, type OperationName } from "@tautan/core";

/** For drivers that support everything. */
export const EVERY_OPERATION: Readonly<Record<OperationName, true>> = Object.fromEntries(
  OPERATIONS.map((each) => [each, true]),
) as Record<OperationName, true>;
