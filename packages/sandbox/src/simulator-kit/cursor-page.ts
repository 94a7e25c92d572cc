/** One page of a list whose cursors are the ids of items. */
export interface CursorPage<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/**
 * The page after the item with the id `after`, or the first one; `undefined` if no item has that id. With the newest first,
 * nobody who goes on with the last id of each page misses an item or gets one twice, whatever is added meanwhile.
 */
export const pageByCursor = <Item>(
  newestFirst: readonly Item[],
  idOf: (item: Item) => string,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): CursorPage<Item> | undefined => {
  const cursor = after === undefined ? -1 : newestFirst.findIndex((item) => idOf(item) === after);
  if (after !== undefined && cursor === -1) return undefined;
  const end = cursor + 1 + limit;
  return { items: newestFirst.slice(cursor + 1, end), hasMore: end < newestFirst.length };
};
