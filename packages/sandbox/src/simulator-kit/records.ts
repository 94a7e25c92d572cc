import type { Collection } from "../state/store.ts";

/** Everything of one kind that a simulator has, such as its links. It lasts as long as the state of the run. */
export interface Records<Item, Key extends string = never> {
  readonly count: () => number;
  /** Oldest first. */
  readonly all: () => readonly Item[];
  readonly get: (id: string) => Item | undefined;
  /** The only one with this value of a unique key. */
  readonly by: (key: Key, value: string) => Item | undefined;
  /** Adds a new one, or keeps the changes of one that is there. Throws if one of its unique keys is another's. */
  readonly put: (item: Item) => void;
  /** Its unique keys are free again. */
  readonly remove: (item: Item) => void;
}

/** How items are identified and stored. Ids and unique keys never change. */
interface RecordsParts<Item, Key extends string, Stored> {
  readonly collection: Collection<Stored>;
  readonly idOf: (item: Item) => string;
  /** The unique keys of an item. `undefined`: this item has none. */
  readonly unique: Readonly<Record<Key, (item: Item) => string | undefined>>;
  /** An item as it is kept: plain values. */
  readonly toStored: (item: Item) => Stored;
  /** `undefined`: it is left out. */
  readonly fromStored: (stored: Stored) => Item | undefined;
}

/** Records that are kept in another form, such as without the objects that they refer to. */
export const createConvertedRecords = <Item, Stored, Key extends string = never>(
  parts: RecordsParts<Item, Key, Stored>,
): Records<Item, Key> => {
  const { collection, idOf, unique, toStored, fromStored } = parts;
  const keys = Object.keys(unique) as Key[];
  const items = new Map<string, Item>();
  const indexes = new Map(keys.map((key) => [key, new Map<string, Item>()]));

  const enter = (item: Item): void => {
    for (const key of keys) {
      const value = unique[key](item);
      if (value === undefined) continue;
      const owner = indexes.get(key)?.get(value);
      if (owner !== undefined && idOf(owner) !== idOf(item)) {
        throw new Error(`${idOf(item)} has the ${key} ${value} of ${idOf(owner)}; look with by() before put().`);
      }
    }
    for (const key of keys) {
      const value = unique[key](item);
      if (value !== undefined) indexes.get(key)?.set(value, item);
    }
    items.set(idOf(item), item);
  };

  for (const stored of collection.stored.values()) {
    const item = fromStored(stored);
    if (item !== undefined) enter(item);
  }

  return {
    count: () => items.size,
    all: () => [...items.values()],
    get: (id) => items.get(id),
    by: (key, value) => indexes.get(key)?.get(value),
    put(item) {
      enter(item);
      collection.put(idOf(item), toStored(item));
    },
    remove(item) {
      items.delete(idOf(item));
      for (const key of keys) {
        const value = unique[key](item);
        if (value !== undefined) indexes.get(key)?.delete(value);
      }
      collection.remove(idOf(item));
    },
  };
};

const asItIs = <Item>(item: Item): Item => item;

/** Records of plain values. */
export const createRecords = <Item, Key extends string = never>(
  parts: Pick<RecordsParts<Item, Key, Item>, "collection" | "idOf" | "unique">,
): Records<Item, Key> => createConvertedRecords({ ...parts, toStored: asItIs, fromStored: asItIs });
