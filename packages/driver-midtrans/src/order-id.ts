/**
 * The links that a purchase's order id may belong to, the most likely first.
 *
 * A purchase carries the link's order id with `-` and 13 digits appended; one sample also shows `-` and 10 digits before
 * those. Each is taken off once and never more: the merchant's own id may hold dashes and digits too. `customField1`, in
 * which this driver writes the link's order id, is not signed; it only settles the order among candidates that the signed
 * order id gives. Source: docs.midtrans.com, Payment Link API, "Order ID Structure", and Get Payment Link Details.
 */
export const linkOrderIds = (purchaseOrderId: string, customField1?: string): readonly string[] => {
  const withoutMillis = stripSuffix(purchaseOrderId, /-\d{13}$/);
  const withoutSeconds = withoutMillis === undefined ? undefined : stripSuffix(withoutMillis, /-\d{10}$/);
  const candidates = [withoutMillis, withoutSeconds, purchaseOrderId].filter((each) => each !== undefined);
  const agreed = candidates.find((each) => each === customField1);
  return agreed === undefined ? candidates : [agreed, ...candidates.filter((each) => each !== agreed)];
};

const stripSuffix = (text: string, suffix: RegExp): string | undefined => {
  const stripped = text.replace(suffix, "");
  return stripped === text || stripped === "" ? undefined : stripped;
};
