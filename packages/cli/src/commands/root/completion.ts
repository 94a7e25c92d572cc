import { ok } from "neverthrow";
import { type Command, command, type Tree } from "../../frame/command.ts";
import { optionsOf } from "../../frame/standard-options.ts";
import { isGroup } from "../../frame/tree.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

export const COMMAND: Command = command({
  description: "The script contains all commands and options of this version: print it again after an update.",
  arguments: { shell: { description: "The shell: bash, zsh or fish", required: true, choices: SHELLS } },
  examples: [
    "tautan completion bash > ~/.local/share/bash-completion/completions/tautan",
    "tautan completion zsh > ~/.zfunc/_tautan   # a folder of fpath",
    "tautan completion fish > ~/.config/fish/completions/tautan.fish",
  ],
  run: async ({ arguments: { shell }, commands, output }) => {
    const script = SCRIPTS[shell as (typeof SHELLS)[number]](await wordsOf(commands));
    output.value({ shell, script }, { text: () => script, quiet: () => script });
    return ok(undefined);
  },
});

/** A word that can follow, with its description. */
interface Word {
  readonly word: string;
  readonly description: string;
}

/** The words that can follow a command, by its full name; "" is the program itself. */
type Words = ReadonlyMap<string, readonly Word[]>;

const wordsOf = async (tree: Tree): Promise<Words> => {
  const words = new Map<string, readonly Word[]>();
  const list = (entries: Readonly<Record<string, { readonly summary: string }>>): readonly Word[] =>
    Object.entries(entries).map(([word, { summary }]) => ({ word, description: summary }));
  words.set("", [
    ...list(tree),
    { word: "--help", description: "Print the help" },
    { word: "--version", description: "Print the version" },
  ]);
  for (const [name, entry] of Object.entries(tree)) {
    const leaves = isGroup(entry)
      ? Object.entries(entry.commands).map(([each, leaf]) => [`${name} ${each}`, leaf] as const)
      : [[name, entry] as const];
    if (isGroup(entry)) words.set(name, [...list(entry.commands), { word: "--help", description: "Print the help" }]);
    for (const [full, { load }] of leaves) {
      const { COMMAND: loaded } = await load();
      const choices = Object.values(loaded.arguments).flatMap(({ choices: each = [] }) => each);
      words.set(full, [
        ...choices.map((word) => ({ word, description: "" })),
        ...Object.entries(optionsOf(loaded)).map(([option, { description }]) => ({ word: `--${option}`, description })),
      ]);
    }
  }
  return words;
};

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const caseLines = (words: Words, line: (list: readonly Word[]) => string): string =>
  [...words].map(([name, list]) => `    ${quoted(name)}) ${line(list)} ;;`).join("\n");

/** The words so far that are not options are the name of the command, as far as they are known. */
const bash = (words: Words): string => `# Completion of tautan for bash
_tautan() {
  local word="\${COMP_WORDS[COMP_CWORD]}" name="" words="" at each
  for ((at = 1; at < COMP_CWORD; at++)); do
    each="\${COMP_WORDS[at]}"
    [[ $each == -* ]] && continue
    case "\${name:+$name }$each" in
      ${[...words.keys()].filter(Boolean).map(quoted).join("|")}) name="\${name:+$name }$each" ;;
    esac
  done
  case "$name" in
${caseLines(words, (list) => `words=${quoted(list.map(({ word }) => word).join(" "))}`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _tautan tautan
`;

const zsh = (words: Words): string => `#compdef tautan
# Completion of tautan for zsh
_tautan() {
  local name="" each
  local -a list
  for each in "\${(@)words[2,CURRENT-1]}"; do
    [[ $each == -* ]] && continue
    case "\${name:+$name }$each" in
      ${[...words.keys()].filter(Boolean).map(quoted).join("|")}) name="\${name:+$name }$each" ;;
    esac
  done
  case "$name" in
${caseLines(words, (list) => `list=(${list.map(({ word, description }) => quoted(`${word}:${description.replaceAll(":", String.raw`\:`)}`)).join(" ")})`)}
  esac
  _describe tautan list || _files
}
_tautan "$@"
`;

const fish = (words: Words): string => {
  const condition = (name: string): string => {
    const [first, second] = name.split(" ");
    if (!first) return "__fish_use_subcommand";
    const inGroup = [...words.keys()].filter((each) => each.startsWith(`${first} `)).map((each) => each.split(" ")[1]);
    if (second) return `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`;
    const rest = inGroup.length > 0 ? `; and not __fish_seen_subcommand_from ${inGroup.join(" ")}` : "";
    return `__fish_seen_subcommand_from ${first}${rest}`;
  };
  const lines = [...words].flatMap(([name, list]) =>
    list.map(({ word, description }) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c tautan -n ${quoted(condition(name))} ${what} -d ${quoted(description)}`;
    }),
  );
  return `# Completion of tautan for fish\n${lines.join("\n")}\n`;
};

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (words: Words) => string>> = { bash, zsh, fish };
