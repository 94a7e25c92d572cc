// Plain functions of the schemas in wire.ts, and the forms that they make.

export interface WireItem {
  readonly name: string;
  readonly price: string;
  readonly quantity: number;
  readonly reference_id: string | undefined;
}

export interface WireCustomer {
  readonly given_names: string | undefined;
  readonly surname: string | undefined;
  readonly email: string | undefined;
  readonly mobile_number: string | undefined;
  readonly phone_number: string | undefined;
}

/** Whether a canonical decimal is above 0. */
export const isAbove0 = (amount: string): boolean => !/^(?:-|0(?:\.|$))/.test(amount) || /^0\.\d*[1-9]/.test(amount);

/** An item of a session, with the names of an invoice. */
export const itemOfSession = ({
  name,
  net_unit_amount,
  quantity,
  reference_id,
}: Pick<WireItem, "name" | "quantity" | "reference_id"> & { readonly net_unit_amount: string }): WireItem => ({
  name,
  quantity,
  reference_id,
  price: net_unit_amount,
});

interface SessionCustomer extends Pick<WireCustomer, "email" | "mobile_number" | "phone_number"> {
  readonly individual_detail: Pick<WireCustomer, "given_names" | "surname"> | undefined;
}

/** The customer of a session, with the names of an invoice. */
export const customerOfSession = ({
  email,
  mobile_number,
  phone_number,
  individual_detail,
}: SessionCustomer): WireCustomer => ({
  email,
  mobile_number,
  phone_number,
  given_names: individual_detail?.given_names,
  surname: individual_detail?.surname,
});
