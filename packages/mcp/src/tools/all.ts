import type { Tool } from "../tool.ts";
import { CLOSE_LINK, DELETE_LINK, REOPEN_LINK, UPDATE_LINK } from "./change.ts";
import { CHECK_LINK } from "./check.ts";
import { CREATE_LINK } from "./create.ts";
import { EXPLAIN_ERROR } from "./explain.ts";
import { GET_GATEWAY, LIST_GATEWAYS } from "./gateways.ts";
import { FIND_LINK, GET_LINK, LIST_LINKS } from "./links.ts";
import { GET_TOTALS, GET_TRAIL, LIST_PAYMENTS } from "./payments.ts";
import { LIST_PROBLEMS } from "./problems.ts";

/** All tools, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = [
  LIST_GATEWAYS,
  GET_GATEWAY,
  CHECK_LINK,
  FIND_LINK,
  GET_LINK,
  LIST_LINKS,
  LIST_PAYMENTS,
  GET_TRAIL,
  GET_TOTALS,
  LIST_PROBLEMS,
  EXPLAIN_ERROR,
  CREATE_LINK,
  UPDATE_LINK,
  CLOSE_LINK,
  REOPEN_LINK,
  DELETE_LINK,
];
