/**
 * The links that a purchase's order id may belong to, the most likely first; none if it has no suffix, or if the rest cannot
 * be a link's order id.
 *
 * A purchase carries the link's order id with `-` and 13 digits appended; one sample also shows `-` and 10 digits before
 * those. Each is removed once and never more: the merchant's own id may contain dashes and digits too. Source:
 * https://docs.midtrans.com/docs/payment-link-via-api, "Order ID Structure", and Get Payment Link Details.
 *
 * Other products of Midtrans may have order ids of the same form, so all of these are guesses.
 */
export const linkOrderIds = (purchaseOrderId: string): readonly string[] => {
  if (last.purchase !== purchaseOrderId) last = { purchase: purchaseOrderId, links: readLinkOrderIds(purchaseOrderId) };
  return last.links;
};

/** Of the last order id: a delivery is asked for it twice. */
let last: { readonly purchase: string; readonly links: readonly string[] } = { purchase: "", links: [] };

const readLinkOrderIds = (purchaseOrderId: string): readonly string[] => {
  const withoutMillis = stripSuffix(purchaseOrderId, 14);
  if (withoutMillis === undefined) return NONE;
  const withoutSeconds = stripSuffix(withoutMillis, 11);
  return withoutSeconds === undefined ? [withoutMillis] : [withoutMillis, withoutSeconds];
};

/** Whether an order id can be that of a purchase of a link. */
export const isPurchaseId = (orderId: string): boolean => linkOrderIds(orderId).length > 0;

const NONE: readonly string[] = [];

/** Whether a text can be a link's order id. Source: docs.midtrans.com, Create Payment Link, "order_id". */
export const isOrderId = (text: string | undefined): text is string =>
  text !== undefined && /^[\w~.-]{1,50}$/.test(text);

/** The most characters of a link's order id after which Midtrans has room for the suffix. */
const MAX_SUFFIXED_LENGTH = 36;

/** Whether a text can be the order id of a link whose purchases have undocumented order ids. */
export const isLongOrderId = (text: string | undefined): text is string =>
  isOrderId(text) && text.length > MAX_SUFFIXED_LENGTH;

/**
 * The link in `custom_field1`, into which this driver writes the link's order id, if the purchase's order id agrees. Other
 * products' transactions have none, or one that does not agree.
 */
export const tiedLink = (purchaseOrderId: string, customField1: string | undefined): string | undefined =>
  linkOrderIds(purchaseOrderId).find((each) => each === customField1);

/** A link's order id, if `-` and digits of this length follow it. In a URL, `.` and `..` change the path, so no link can be read by them. */
const stripSuffix = (text: string, length: number): string | undefined => {
  const stripped = text.slice(0, -length);
  const isStripped = SUFFIX.test(text.slice(-length)) && isOrderId(stripped);
  return isStripped && stripped !== "." && stripped !== ".." ? stripped : undefined;
};

const SUFFIX = /^-\d+$/;
