import type { Group } from "../plan.ts";
import { capabilities } from "./capabilities.ts";
import { close } from "./close.ts";
import { create } from "./create.ts";
import { createAgain } from "./create-again.ts";
import { deadlines } from "./deadlines.ts";
import { disputes } from "./disputes.ts";
import { errors } from "./errors.ts";
import { expiry } from "./expiry.ts";
import { fields } from "./fields.ts";
import { histories } from "./histories.ts";
import { items } from "./items.ts";
import { keptAnswers } from "./kept-answers.ts";
import { list } from "./list.ts";
import { methods } from "./methods.ts";
import { money } from "./money.ts";
import { recovery } from "./recovery.ts";
import { redaction } from "./redaction.ts";
import { resume } from "./resume.ts";
import { update } from "./update.ts";
import { usage } from "./usage.ts";
import { webhookExplanations } from "./webhook-explanations.ts";
import { webhooks } from "./webhooks.ts";

/** All groups, in the order of the run and of the results. */
export const GROUPS: readonly Group[] = [
  capabilities,
  create,
  createAgain,
  keptAnswers,
  fields,
  money,
  items,
  usage,
  expiry,
  list,
  update,
  close,
  histories,
  disputes,
  methods,
  webhooks,
  webhookExplanations,
  errors,
  recovery,
  resume,
  deadlines,
  redaction,
];
