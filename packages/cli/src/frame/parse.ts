import { parseArgs } from "node:util";
import { err, ok, type Result } from "neverthrow";
import { type Failure, usageError } from "../failure.ts";
import type { Command, OptionDefinition, OptionDefinitions } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { optionsOf } from "./standard-options.ts";

/** A command line that was understood. */
export interface Parsed {
  readonly options: Readonly<Record<string, unknown>>;
  readonly arguments: Readonly<Record<string, unknown>>;
}

type Read<T> = Result<T, Failure>;

const isMultiple = (definition: OptionDefinition): boolean =>
  definition.type === "string" && definition.multiple === true;

/**
 * Reads the words after the name of a command. Texts stay texts: `--amount 190.000` is not a number that lost its zeros.
 *
 * `util.parseArgs` splits the words. It does not check them, because its errors know no other spelling.
 */
export const parseCommandLine = async (
  command: Command,
  words: readonly string[],
  name: string,
): Promise<Read<Parsed>> => {
  const definitions = optionsOf(command);
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(definitions).map(([key, { type, short }]) => [
        key,
        { type: type === "boolean" ? ("boolean" as const) : ("string" as const), ...(short && { short }) },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const help = `Run tautan ${name} --help for the options.`;
  const values: Record<string, unknown> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const definition = Object.hasOwn(definitions, token.name) ? definitions[token.name] : undefined;
    if (!definition) return err(await unknownOption(token.rawName, definitions, help));
    const value = valueOf(token.rawName, token.value, token.inlineValue === true, definition, help);
    if (value.isErr()) return err(value.error);
    if (isMultiple(definition)) values[token.name] = [...((values[token.name] as string[]) ?? []), value.value];
    else if (Object.hasOwn(values, token.name)) {
      return err(usageError(`expected ${token.rawName} once, got it several times`, help));
    } else values[token.name] = value.value;
  }
  // Whoever asks for help lacks other things.
  if (values["help"] !== true) {
    const missing = Object.entries(command.options).find(
      ([key, each]) => each.type === "string" && each.required && values[key] === undefined,
    );
    if (missing) return err(usageError(`expected the option --${missing[0]}, got none`, help));
  }
  for (const [key, definition] of Object.entries(definitions)) {
    if (isMultiple(definition)) values[key] ??= [];
    if (definition.type === "boolean") values[key] ??= false;
  }
  const read = values["help"] === true ? ok({}) : readArguments(command, positionals, help);
  return read.map((parsed) => ({ options: values, arguments: parsed }));
};

const readArguments = (
  command: Command,
  positionals: readonly string[],
  help: string,
): Read<Record<string, unknown>> => {
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const [name, { required, variadic, choices }] of Object.entries(command.arguments)) {
    // Ids and references are pasted, often with a space. The words of another program stay as they are.
    const given = variadic ? positionals.slice(at) : positionals[at]?.trim();
    if (required && !given?.length) {
      return err(usageError(`expected the argument <${name}>, got none`, help));
    }
    const wrong = choices && [given].flat().find((each) => each !== undefined && !choices.includes(each));
    if (wrong) return err(usageError(`<${name}>: expected one of ${choices.join(", ")}, got ${quote(wrong)}`, help));
    values[name] = given;
    at = variadic ? positionals.length : at + 1;
  }
  const extra = positionals[at];
  return extra === undefined ? ok(values) : err(usageError(`expected no further argument, got ${quote(extra)}`, help));
};

const unknownOption = async (rawName: string, definitions: OptionDefinitions, help: string): Promise<Failure> => {
  const { closest } = await import("./suggest.ts");
  const meant = closest(rawName.replace(/^-+/, ""), Object.keys(definitions));
  return usageError(`there is no option ${rawName.slice(0, 40)}`, meant ? `Did you mean --${meant}? ${help}` : help);
};

const valueOf = (
  name: string,
  value: string | undefined,
  isInline: boolean,
  definition: OptionDefinition,
  help: string,
): Read<unknown> => {
  if (definition.type === "boolean") {
    return value === undefined ? ok(true) : err(usageError(`expected ${name} without a value, got one`, help));
  }
  if (value === undefined || (!isInline && /^--?[a-z]/i.test(value))) {
    const write = value === undefined ? help : `If ${quote(value)} is the value, write ${name}=${value}. ${help}`;
    return err(usageError(`expected a value after ${name}, got none`, write));
  }
  switch (definition.type) {
    case "integer": {
      const { min, max = Number.MAX_SAFE_INTEGER } = definition;
      const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return ok(number);
      const bounds = definition.max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
      return err(usageError(`${name}: expected a whole number ${bounds}, got ${quote(value)}`, help));
    }
    case "duration": {
      const ms = parseDuration(value);
      if (ms !== undefined) return ok(ms);
      return err(usageError(`${name}: expected a time such as 90s, 15m, 24h or 7d, got ${quote(value)}`, help));
    }
    case "string": {
      const { choices } = definition;
      if (!choices || choices.includes(value)) return ok(value);
      return err(usageError(`${name}: expected one of ${choices.join(", ")}, got ${quote(value)}`, help));
    }
  }
};

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
