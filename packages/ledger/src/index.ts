export { createLedger } from "./create-ledger.ts";
export type { Database } from "./database/database.ts";
export type { OwnTransaction } from "./database/engine.ts";
export {
  drizzleSqliteTransaction,
  drizzleTransaction,
  knexTransaction,
  kyselyTransaction,
  mikroOrmTransaction,
  pgTransaction,
  prismaTransaction,
  typeormTransaction,
} from "./database/own-transactions.ts";
export type { PostgresOptions } from "./database/postgres.ts";
export { postgres } from "./database/postgres.ts";
export type { PgClient, PgPool, PostgresTransaction } from "./database/postgres-pool.ts";
export { sqlite } from "./database/sqlite.ts";
export type { SqliteConnection, SqliteStatement, SqliteTransaction } from "./database/sqlite-connection.ts";
export type { Dialect, Row, SqlValue } from "./database/values.ts";
export type {
  CreateUnresolved,
  DeliveryNotStored,
  DeliveryRefused,
  DeliveryUnresolved,
  ExpiryNotEnforced,
  LedgerProblem,
  ProblemListener,
  StopTimedOut,
  WorkIsWaiting,
} from "./deliveries/problem.ts";
export type {
  DeliveryContent,
  DeliveryId,
  DeliveryProblem,
  DeliveryQuery,
  DeliveryState,
  LedgerDeliveries,
  ReceivedDelivery,
} from "./deliveries/types.ts";
export type { ErasureSubject, LedgerErasure, Retention } from "./erase/types.ts";
export type {
  DatabaseError,
  DatabaseErrorKind,
  IngestError,
  InProgressError,
  LedgerError,
  RefusedError,
  SchemaMismatchError,
  StorageError,
} from "./errors.ts";
export type { EventState, Handler, LearntBy, LedgerEvent, LedgerEventType, Mark } from "./events/event.ts";
export type {
  CallEntry,
  DeliveryEntry,
  EventEntry,
  ExportedPayment,
  ExportFormat,
  ExportQuery,
  HistoryQuery,
  LedgerReads,
  LinkQuery,
  ListOrder,
  RecordedHistory,
  Total,
  TotalsQuery,
  TrailEntry,
  UnresolvedCreate,
} from "./reads/types.ts";
export type { Migrated } from "./schema/migrate.ts";
export type {
  Adopted,
  AdoptOptions,
  ConfirmedLink,
  Drained,
  DrainOptions,
  EventQuery,
  Ingested,
  Ledger,
  LedgerCreateOptions,
  LedgerEvents,
  LedgerOptions,
  LinkName,
  ProcessOptions,
  ReconcileOptions,
  ReconcileReport,
  StoredEvent,
  Unresolved,
  Worker,
} from "./types.ts";
