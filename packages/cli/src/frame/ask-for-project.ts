import { isCancel, multiselect, select } from "@clack/prompts";
import { type Choices, DATABASES, DEFAULT_GATEWAY, FRAMEWORKS, GATEWAYS } from "create-tautan";
import { err, ok, type Result } from "neverthrow";
import { type Failure, notConfirmed } from "../failure.ts";

type Project = Omit<Choices, "name">;
type Given = { readonly [Key in keyof Project]: Project[Key] | undefined };

const labelled = <T extends string>(values: readonly T[]) => values.map((value) => ({ value, label: value }));

/** Asks for what is not given. Nothing of it goes to standard output. */
export const askForProject = async (
  given: Given,
  guessed: Project,
  signal: AbortSignal,
): Promise<Result<Project, Failure>> => {
  const cancelled = err({ ...notConfirmed("interrupted", "Nothing was changed."), kind: "aborted" });
  const where = { output: process.stderr, signal };
  const framework =
    given.framework ??
    (await select({
      message: "Which framework?",
      options: labelled(FRAMEWORKS),
      initialValue: guessed.framework,
      ...where,
    }));
  if (isCancel(framework)) return cancelled;
  const database =
    given.database ??
    (await select({
      message: "Which database?",
      options: labelled(DATABASES),
      initialValue: guessed.database,
      ...where,
    }));
  if (isCancel(database)) return cancelled;
  const gateways =
    given.gateways ??
    (await multiselect({
      message: "Which gateways? (space selects)",
      options: labelled(GATEWAYS),
      initialValues: [DEFAULT_GATEWAY],
      required: true,
      ...where,
    }));
  if (isCancel(gateways)) return cancelled;
  return ok({ framework, database, gateways });
};
