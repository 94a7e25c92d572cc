// Shared code of the model gateways. They are written from the providers' documents, not from the drivers.
import { err, ok } from "../../../packages/core/dist/index.js";

export const json = (status, body, headers = {}) => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  text: JSON.stringify(body),
});

export const parseJson = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const pad = (number, length = 2) => String(number).padStart(length, "0");

/** `2026-01-01 07:00:00`, the wall clock of Jakarta. */
export const jakarta = (atMs, between = " ") =>
  new Date(atMs + 7 * 3_600_000).toISOString().slice(0, 19).replace("T", between);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `15 Mar 2026 10:20:30`, the wall clock of Jakarta. */
export const spelledOut = (atMs) => {
  const at = new Date(atMs + 7 * 3_600_000);
  return `${pad(at.getUTCDate())} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)}`;
};

/** A driver's reply from a model's. */
export const replyOf = ({ status, headers = {}, text }) =>
  ok({ status, text, header: (name) => headers[name.toLowerCase()] });

export const noReply = (reason, sent, code) => err({ reason, sent, ...(code && { code }) });

/** A driver's transport that asks a model in this process. */
export const transportTo = (model, baseUrl) => ({
  send: async ({ method, url, headers, body }) =>
    replyOf(model.handle({ method, path: url.slice(baseUrl.length), headers, body })),
});
