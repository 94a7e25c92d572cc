const GROUP_LENGTH = 4;

/** `8077 7000 1234 5678`: in groups that are easy to compare. The last has up to five, so that no digit is alone. */
export const groupCode = (code: string): string => {
  if (code.length <= GROUP_LENGTH + 2) return code;
  const groups = code.match(/.{1,4}/g) ?? [];
  const last = groups.at(-1) ?? "";
  if (last.length > 1) return groups.join(" ");
  return [...groups.slice(0, -2), (groups.at(-2) ?? "") + last].join(" ");
};
