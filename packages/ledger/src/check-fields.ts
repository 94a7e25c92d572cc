/** Checks that options are an object with known names alone: a misspelt one would be ignored. Throws `TypeError`. */
export const checkFields = <Options extends object>(
  operation: string,
  options: Options,
  names: Readonly<Record<keyof Options, true>>,
): void => {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `${operation}: expected an object of options, got ${options === null ? "null" : typeof options}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    throw new TypeError(
      `${operation}: there is no option ${JSON.stringify(name)}; expected ${Object.keys(names).join(", ")}`,
    );
  }
};

/** Checks that a handler can be called: otherwise each event would count as having failed. Throws `TypeError`. */
export const checkHandler = (operation: string, handler: unknown): void => {
  if (typeof handler === "function") return;
  throw new TypeError(
    `${operation}: expected a handler, (event, tx) => …, got ${handler === null ? "null" : typeof handler}`,
  );
};
