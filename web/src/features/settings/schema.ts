import { z } from "zod";

export const settingsSchema = z.object({
  name: z.string().trim().min(1, "Enter the organization's name.").max(200, "Use at most 200 characters."),
  reporting_currency: z.string().regex(/^[A-Z]{3}$/, "Choose a currency."),
  time_zone: z.string().min(1, "Choose a time zone."),
  target_roas: z
    .string()
    .trim()
    .refine(
      (text) => text === "" || Number(text.replace(",", ".")) > 0,
      "Enter a number above 0, such as 3.0, or leave it empty.",
    ),
});

export type SettingsValues = z.infer<typeof settingsSchema>;

/** The browser's list, and the current value even when the browser does not know it. */
export function currencies(current: string): { code: string; label: string }[] {
  const names = new Intl.DisplayNames("en", { type: "currency" });
  const codes = new Set([...Intl.supportedValuesOf("currency"), current]);
  return [...codes].sort().map((code) => ({ code, label: `${code} – ${names.of(code) ?? code}` }));
}

export function timeZones(current: string): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", current])].sort();
}
