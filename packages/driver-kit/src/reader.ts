// Readers of values that came over the wire. They are generated from a driver's schemas, so that neither a reply nor a delivery
// needs zod while it has the documented form.

/** The result of a reader for a value of another form. No value of a JSON text is a symbol. */
export const REFUSED: unique symbol = Symbol("refused");
export type Refused = typeof REFUSED;

/** A reader of values that a JSON text can encode, with the schema that it was generated from. */
export interface Reader<T> {
  /** Returns what the schema returns, or `REFUSED` if the schema reports issues. Never throws. */
  readonly read: (value: unknown) => T | Refused;
  /** Loads the schema, for the issues of a refused value. */
  readonly schema: () => Promise<Schema<T>>;
}

/** A schema of zod, or one like it. */
export interface Schema<T> {
  safeParse(value: unknown): Parsed<T>;
}

export type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: SchemaError };

export interface SchemaError {
  readonly issues: readonly { readonly path: readonly PropertyKey[] }[];
}

/** The reader of a schema's values. */
export type ReaderOf<Source> = Source extends Schema<infer T> ? Reader<T> : never;

/**
 * Reads a value by a reader, or by a schema of zod. A refused value is read again by the schema, which names the issues; if
 * the schema accepts the value, its verdict holds.
 */
export const parseBy = <T>(source: Reader<T> | Schema<T>, value: unknown): Parsed<T> | Promise<Parsed<T>> => {
  if ("safeParse" in source) return source.safeParse(value);
  const data = source.read(value);
  if (data !== REFUSED) return { success: true, data };
  return source.schema().then(
    (schema) => schema.safeParse(value),
    () => NOT_EXPLAINED,
  );
};

/** Without its schema, a refused value stays refused, and no field is named. */
const NOT_EXPLAINED = { success: false, error: { issues: [{ path: [] }] } } as const;

/**
 * Uses the data of a value: at once if a reader accepts it. A refused value is read again by the schema, as in {@link parseBy}, and
 * `refuse` gets the paths of the fields of another form.
 */
export const useRead = <T, R>(
  source: Reader<T>,
  value: unknown,
  use: (data: T) => R | Promise<R>,
  refuse: (fields: readonly string[]) => R,
): R | Promise<R> => {
  const data = source.read(value);
  if (data !== REFUSED) return use(data);
  return Promise.resolve(parseBy(source, value)).then((parsed) =>
    parsed.success
      ? use(parsed.data)
      : refuse([...new Set(parsed.error.issues.map(({ path }) => path.map(String).join(".") || "the whole"))]),
  );
};

/** Whether a value of a JSON text is an object. */
export const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value that does not fit counts as absent. */
export const orUndefined = <T>(value: T | Refused): T | undefined => (value === REFUSED ? undefined : value);

/** For a field that may be absent or `null`. */
export const unlessAbsent = <T>(value: unknown, read: (present: unknown) => T | Refused): T | undefined | Refused =>
  value === undefined || value === null ? undefined : read(value);

/** An object with any keys and values. Like a schema, it leaves out `__proto__`. */
export const readObject = (value: unknown): Readonly<Record<string, unknown>> | Refused => {
  if (!isJsonObject(value)) return REFUSED;
  return Object.hasOwn(value, "__proto__") ? readRecord(value, (each) => each) : value;
};

/** A list of which every element fits. */
export const readList = <T>(value: unknown, readElement: (element: unknown) => T | Refused): T[] | Refused => {
  if (!Array.isArray(value)) return REFUSED;
  const list = value.map((each: unknown) => readElement(each));
  return list.includes(REFUSED) ? REFUSED : (list as T[]);
};

/** An object with any keys, each of whose values fits. Like a schema, it leaves out `__proto__`. */
export const readRecord = <T>(
  value: unknown,
  readValue: (each: unknown) => T | Refused,
): Record<string, T> | Refused => {
  if (!isJsonObject(value)) return REFUSED;
  const record: Record<string, T> = {};
  for (const key of Object.keys(value)) {
    if (key === "__proto__") continue;
    const each = readValue(value[key]);
    if (each === REFUSED) return REFUSED;
    record[key] = each;
  }
  return record;
};
