import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { type Collection, type State, type StateStore, UnsavedState } from "./store.ts";

/** To be raised whenever something in a stored collection changes its shape. */
const FORMAT = 4;

// "TauS": distinguishes such a file from other databases (sqlite.org, PRAGMA application_id).
const APPLICATION_ID = 0x54_61_75_53;

/** Opens or creates the SQLite file. Throws a TypeError with the reason if that is impossible. */
export const openStateFile = async (path: string): Promise<StateStore> => {
  // Loaded for those who ask for it: Node 22 warns that it is experimental.
  const { DatabaseSync: Database } = await import("node:sqlite");
  let database: DatabaseSync | undefined;
  try {
    database = new Database(resolve(path));
    prepare(database);
    return createFileStore(database, path);
  } catch (error) {
    database?.close();
    throw refusal(error, path);
  }
};

const prepare = (database: DatabaseSync): void => {
  // The process that has it open locks out others until it ends.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const owner = numberOf(database, "PRAGMA application_id");
  const version = numberOf(database, "PRAGMA user_version");
  const isNew = numberOf(database, "SELECT count(*) FROM sqlite_schema") === 0 && owner === 0 && version === 0;
  // Before anything is changed: it may be somebody else's.
  if (!isNew && owner !== APPLICATION_ID) throw new RefusedFile("is not one of a sandbox: name another one");
  if (!isNew && version !== FORMAT) {
    throw new RefusedFile("was written by another version of the sandbox: delete it, or name another one");
  }
  // A killed process leaves it whole.
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec("BEGIN IMMEDIATE");
  if (isNew) {
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${FORMAT}`);
    database.exec("CREATE TABLE stored (collection TEXT, key TEXT, value BLOB, UNIQUE (collection, key)) STRICT");
  }
  database.exec("COMMIT");
};

class RefusedFile extends Error {}

const refusal = (error: unknown, path: string): TypeError =>
  new TypeError(`createSandbox: stateFile: the file ${JSON.stringify(path)} ${reasonOf(error)}`, {
    cause: error,
  });

const reasonOf = (error: unknown): string => {
  const { errcode, message } = error as Error & { readonly errcode?: number };
  if (error instanceof RefusedFile) return message;
  // sqlite.org, Result and Error Codes: the lowest byte is the primary code; SQLITE_BUSY, _CORRUPT, _NOTADB.
  const code = (errcode ?? 0) & 0xff;
  if (code === 5) return "is in use by another process";
  if (code === 11) return "is damaged: delete it, or name another one";
  if (code === 26) return "is not one of a sandbox: name another one";
  return `cannot be used: ${message}`;
};

const isFromSqlite = (error: unknown): boolean => error instanceof Error && "errcode" in error;

const numberOf = (database: DatabaseSync, query: string): number =>
  Number(Object.values(database.prepare(query).get() ?? {})[0]);

/** A value that is on its way to the file, or `undefined` for one that is to go. */
type Change = { readonly value: unknown } | undefined;
/** By collection and key. */
type Changes = Map<string, Map<string, Change>>;

/** Some failures, such as a full disk, have ended the transaction already. */
const rollBack = (database: DatabaseSync): void => {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There is nothing left to roll back.
  }
};

const createFileStore = (database: DatabaseSync, path: string): StateStore => {
  const select = database.prepare("SELECT key, value FROM stored WHERE collection = ? ORDER BY rowid");
  const write = database.prepare(
    "INSERT INTO stored (collection, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const remove = database.prepare("DELETE FROM stored WHERE collection = ? AND key = ?");
  let newest: State | undefined;

  const read = <Value>(collection: string): ReadonlyMap<string, Value> => {
    try {
      const rows = select.all(collection) as unknown as readonly { readonly key: string; readonly value: Uint8Array }[];
      // Written by the same version of the sandbox, so it is what was put.
      return new Map(rows.map(({ key, value }) => [key, deserialize(value) as Value]));
    } catch (error) {
      if (isFromSqlite(error)) throw refusal(error, path);
      const advice = "delete it, or use the version of Node that wrote it";
      throw refusal(new RefusedFile(`is damaged, or of a newer Node: ${advice}`, { cause: error }), path);
    }
  };

  const writeDown = (changes: Changes, isFirstOfRun: boolean): void => {
    try {
      database.exec("BEGIN");
      if (isFirstOfRun) database.exec("DELETE FROM stored");
      for (const [collection, byKey] of changes) {
        for (const [key, change] of byKey) {
          if (change === undefined) remove.run(collection, key);
          else write.run(collection, key, serialize(change.value));
        }
      }
      database.exec("COMMIT");
    } catch (cause) {
      rollBack(database);
      const message = `The sandbox cannot keep its state in ${JSON.stringify(path)}: ${(cause as Error).message}`;
      throw new UnsavedState(message, { cause });
    }
  };

  /** `isAnew`: it takes the place of the one before with its first save, and not where that never comes. */
  const createState = (isAnew: boolean): State => {
    let isPending = isAnew;
    let changes: Changes = new Map();
    const note = (collection: string, key: string, change: Change): void => {
      if (newest !== state && !isPending) return;
      const byKey = changes.get(collection) ?? new Map<string, Change>();
      changes.set(collection, byKey.set(key, change));
    };
    const state: State = {
      collection: <Value>(name: string): Collection<Value> => ({
        stored: isAnew ? new Map() : read(name),
        put: (key, value) => {
          note(name, key, { value });
        },
        remove: (key) => {
          note(name, key, undefined);
        },
      }),
      save() {
        if (!database.isOpen || changes.size === 0 || (newest !== state && !isPending)) return;
        writeDown(changes, isPending);
        changes = new Map();
        isPending = false;
        newest = state;
      },
    };
    return state;
  };

  return {
    holdsRun: numberOf(database, "SELECT count(*) FROM stored") > 0,
    resume() {
      newest = createState(false);
      return newest;
    },
    restart: () => createState(true),
    close() {
      if (database.isOpen) database.close();
    },
  };
};
