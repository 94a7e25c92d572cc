/**
 * Imports a module of the user. What it prints while it is loaded, such as the banner of a package that reads `.env` files, goes to
 * standard error: standard output has the result of the command alone.
 */
export const importModule = async (specifier: string): Promise<object> => {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was.
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    return (await import(specifier)) as object;
  } finally {
    process.stdout.write = write;
  }
};
