import { EXIT_CODES } from "../exit-codes.ts";

/** The exit codes of signals, which end the program at any time. */
const OF_SIGNALS: ReadonlySet<number> = new Set([EXIT_CODES.interrupted, EXIT_CODES.terminated]);

/**
 * Imports a module of the user. Its output while it is loaded, such as the banner of a package that reads `.env` files, goes to
 * standard error: standard output has the result of the command alone. If it ends the process, the exit code is that of a configuration that is not valid.
 */
export const importModule = async (specifier: string): Promise<object> => {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was.
  const { write } = process.stdout;
  const onExit = (code: number): void => {
    if (OF_SIGNALS.has(code)) return;
    process.stderr.write(`error invalid_config ${specifier} ends the process while it is loaded, or waits forever\n`);
    process.exitCode = EXIT_CODES.config;
  };
  process.stdout.write = process.stderr.write.bind(process.stderr);
  process.once("exit", onExit);
  try {
    return (await import(specifier)) as object;
  } finally {
    process.stdout.write = write;
    process.off("exit", onExit);
  }
};
