import type { Command, Entry, Group, OptionDefinition, OptionDefinitions } from "./command.ts";
import { optionsOf, STANDARD_OPTIONS } from "./standard-options.ts";

/** Rows of two columns, indented. */
const rows = (pairs: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n");
};

const section = (title: string, body: string): readonly string[] => (body === "" ? [] : [`${title}:\n${body}`]);

const joined = (parts: readonly string[]): string => `${parts.join("\n\n")}\n`;

/** The help of `tautan` itself. It loads no command. */
export const helpOfProgram = (commands: Readonly<Record<string, Entry>>, version: string): string =>
  joined([
    `tautan ${version}: payment links on every gateway`,
    "Usage: tautan <command> [options]",
    ...section("Commands", rows(Object.entries(commands).map(([name, { summary }]) => [name, summary]))),
    ...section("Options of every command", optionRows(STANDARD_OPTIONS)),
    "Run tautan <command> --help for the options of a command.",
  ]);

/** The help of a group of commands, such as `tautan links`. It loads no command. */
export const helpOfGroup = (name: string, { summary, commands }: Group): string =>
  joined([
    summary,
    `Usage: tautan ${name} <command> [options]`,
    ...section("Commands", rows(Object.entries(commands).map(([each, { summary: text }]) => [each, text]))),
    `Run tautan ${name} <command> --help for the options of a command.`,
  ]);

/** The help of a command. */
export const helpOfCommand = (name: string, summary: string, command: Command): string => {
  const words = Object.entries(command.arguments).map(([word, { required, variadic }]) => {
    const text = variadic ? `${word}…` : word;
    return required ? `<${text}>` : `[${text}]`;
  });
  const described = Object.entries(command.arguments).map(([word, { description }]) => [word, description] as const);
  const own = Object.fromEntries(Object.entries(optionsOf(command)).filter(([key]) => !(key in STANDARD_OPTIONS)));
  return joined([
    summary,
    `Usage: ${["tautan", name, ...words, "[options]"].join(" ")}`,
    ...(command.description ? [command.description] : []),
    ...section("Arguments", described.length > 0 ? rows(described) : ""),
    ...section("Options", optionRows(own)),
    ...section("Options of every command", optionRows(STANDARD_OPTIONS)),
    ...section("Examples", command.examples.map((line) => `  ${line}`).join("\n")),
  ]);
};

const optionRows = (options: OptionDefinitions): string => {
  const entries = Object.entries(options);
  return entries.length === 0
    ? ""
    : rows(entries.map(([name, definition]) => [optionName(name, definition), details(definition)]));
};

/** `-q, --quiet` or `--title <text>`. */
const optionName = (name: string, definition: OptionDefinition): string => {
  const long = `--${name}${definition.type === "boolean" ? "" : ` <${definition.value ?? placeholder(definition)}>`}`;
  return definition.short ? `-${definition.short}, ${long}` : `    ${long}`;
};

const placeholder = (definition: OptionDefinition): string => {
  if (definition.type === "integer") return "number";
  if (definition.type === "duration") return "time";
  return definition.type === "string" && definition.choices ? definition.choices.join("|") : "text";
};

const details = (definition: OptionDefinition): string => {
  const isRequired = definition.type === "string" && definition.required;
  const isMultiple = definition.type === "string" && definition.multiple;
  return `${definition.description}${isRequired ? " (required)" : ""}${isMultiple ? " (several times)" : ""}`;
};
