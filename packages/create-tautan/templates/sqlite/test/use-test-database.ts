/** A database in memory. Call it before anything imports src. */
export const useTestDatabase = async (): Promise<() => Promise<void>> => {
  process.env["DATABASE_FILE"] = ":memory:";
  return async () => {};
};
