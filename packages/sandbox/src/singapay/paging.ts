import type { Problem } from "../simulator-kit/index.ts";

const DEFAULT_PER_PAGE = 25;
const MAX_PER_PAGE = 100;

interface PageRequest {
  readonly page: number;
  readonly perPage: number;
}

/** Reads `page` and `per_page`, or returns their problem. */
export const readPageRequest = (query: URLSearchParams): PageRequest | readonly Problem[] => {
  const page = readCount(query.get("page"), 1, Number.MAX_SAFE_INTEGER);
  const perPage = readCount(query.get("per_page"), DEFAULT_PER_PAGE, MAX_PER_PAGE);
  const problems: Problem[] = [];
  if (page === undefined) problems.push({ path: "page", message: "must be an integer of at least 1" });
  if (perPage === undefined)
    problems.push({ path: "per_page", message: `must be an integer from 1 to ${MAX_PER_PAGE}` });
  return page === undefined || perPage === undefined ? problems : { page, perPage };
};

const readCount = (text: string | null, fallback: number, max: number): number | undefined => {
  if (text === null || text === "") return fallback;
  const count = Number(text);
  return /^\d{1,15}$/.test(text) && count >= 1 && count <= max ? count : undefined;
};

/** One page of `rows`, with the totals as SingaPay gives them. */
export const pageOf = <Row>(
  rows: readonly Row[],
  { page, perPage }: PageRequest,
): { readonly rows: readonly Row[]; readonly pagination: object } => {
  const shown = rows.slice((page - 1) * perPage, page * perPage);
  return {
    rows: shown,
    pagination: {
      total: rows.length,
      count: shown.length,
      per_page: perPage,
      current_page: page,
      total_pages: Math.max(1, Math.ceil(rows.length / perPage)),
    },
  };
};
