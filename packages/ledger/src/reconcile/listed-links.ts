import { isSupported } from "@tautan/core";
import { instantAt } from "@tautan/core/driver";
import { err, ok } from "neverthrow";
import type { Report } from "../plan/state.ts";
import type { GatewayRun, Looking } from "./look-at-due.ts";
import { readLinkAlone, withEarlierHistories } from "./read-link.ts";

const MAX_PAGE = 100;
/** A page of the list is read for so many due links: then it costs less than the links one by one. */
const LINKS_PER_PAGE = 10;
const MAX_PAGES = 20;

/**
 * Reads links, without the histories that were read with those of the account: from pages of the account's list while many are due, otherwise one by one. The list is newest
 * first, so that links which are much older than those of the last page are not searched in it.
 */
export const listedLinks = (gatewayRun: GatewayRun): Pick<Looking, "read" | "onTaken"> => {
  const { context, gateway, callOptions } = gatewayRun;
  const isListed = isSupported(context.links.gateway(gateway).capabilities.operations.list);
  const listed = new Map<string, Pick<Report, "link" | "beganAt">>();
  let taken = 0;
  let pages = 0;
  let cursor: string | undefined;
  let isOver = !isListed;
  let reading: Promise<void> | undefined;
  const readPage = async (): Promise<void> => {
    const beganAt = instantAt(context.clock.now());
    const page = await context.links.list({ gateway, limit: MAX_PAGE, cursor }, callOptions());
    pages += 1;
    cursor = page.isOk() ? page.value.nextCursor : undefined;
    // After an error each is read alone, which shows what is wrong.
    isOver = cursor === undefined || pages === MAX_PAGES;
    if (page.isOk()) for (const link of page.value.items) listed.set(link.id, { link, beganAt });
  };
  const isWorthAPage = (): boolean => !isOver && pages < Math.floor(taken / LINKS_PER_PAGE);
  return {
    onTaken: (count) => {
      taken += count;
    },
    read: async (target) => {
      while (!listed.has(target.id) && isWorthAPage()) {
        // Links that are read at the same time share a page.
        reading ??= readPage().finally(() => {
          reading = undefined;
        });
        await reading;
      }
      const found = listed.get(target.id);
      const read = found ? ok({ ...found, histories: [] }) : await readLinkAlone(context, target, callOptions());
      return read.isErr() ? err(read.error) : withEarlierHistories(context, target, read.value, callOptions());
    },
  };
};
