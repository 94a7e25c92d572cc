import type { Context } from "hono";
import { type JsonObject, type Problem, parseJsonObject } from "../http/input-reader.ts";
import { parseForm } from "./form.ts";

/** The JSON object that was sent; `undefined` if it is not one. */
export const readJson = async (context: Context): Promise<JsonObject | undefined> =>
  parseJsonObject(await context.req.text());

/** The fields of the form that was sent; `undefined` if it is malformed. */
export const readForm = async (context: Context): Promise<JsonObject | undefined> =>
  parseForm(await context.req.text());

/** Fields of forms are texts: the whole number in one. Any other text stays unchanged, for a reader to refuse. */
export const wholeNumberIn = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value;

/** `amount must be an integer`: what is wrong with a request, in sentences. */
export const sentencesOf = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ path, message }) => `${path} ${message}`);
