/** A QRIS text (EMV QR Code, Merchant-Presented Mode) for one payment of this amount. It names no merchant that exists. */
export const qrisText = ({ amount, reference }: { readonly amount: number; readonly reference: string }): string => {
  const merchant = field("00", "ID.CO.QRIS.WWW") + field("02", "ID0000000000000") + field("03", "UMI");
  const unsigned = [
    field("00", "01"),
    // Dynamic: the code is for one payment.
    field("01", "12"),
    field("51", merchant),
    field("52", "0000"),
    // ISO 4217: rupiah.
    field("53", "360"),
    field("54", String(amount)),
    field("58", "ID"),
    field("59", "TAUTAN SANDBOX"),
    field("60", "JAKARTA"),
    field("62", field("05", reference.slice(0, 25))),
    "6304",
  ].join("");
  return unsigned + crc16(unsigned);
};

const field = (tag: string, value: string): string => tag + String(value.length).padStart(2, "0") + value;

/** CRC-16/CCITT-FALSE over the whole text up to its own tag and length, as the specification wants it. */
const crc16 = (text: string): string => {
  let remainder = 0xff_ff;
  for (const byte of Buffer.from(text, "utf8")) {
    remainder ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = remainder & 0x80_00 ? (remainder << 1) ^ 0x10_21 : remainder << 1;
    }
  }
  return (remainder & 0xff_ff).toString(16).toUpperCase().padStart(4, "0");
};
