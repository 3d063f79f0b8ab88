import { z } from "zod";
import type { CredentialField, NewConnection, PlatformDescription } from "@/api/types";

export interface ConnectionValues {
  platform: string;
  name: string;
  external_account_id: string;
  credentials: Record<string, string>;
}

/** The platform's own fields decide what must be filled in. */
export function connectionSchema(platform: PlatformDescription) {
  const credentials = Object.fromEntries(
    platform.fields.map((field) => [
      field.name,
      field.required
        ? z
            .string()
            .trim()
            .min(1, `Enter the ${lowerFirst(field.label)}.`)
        : z.string().trim(),
    ]),
  );
  return z.object({
    platform: z.string(),
    name: z.string().trim().max(200, "Use at most 200 characters."),
    external_account_id: z
      .string()
      .trim()
      .min(1, `Enter the ${lowerFirst(platform.account_label)}.`),
    credentials: z.object(credentials),
  });
}

/** «Access token» in the middle of a sentence; «API key» stays as it is. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

export function emptyCredentials(fields: CredentialField[]): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field.name, ""]));
}

const filled = (credentials: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(credentials)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );

export function toNewConnection(values: ConnectionValues): NewConnection {
  const name = values.name.trim();
  return {
    platform: values.platform,
    external_account_id: values.external_account_id.trim(),
    credentials: filled(values.credentials),
    ...(name ? { name } : {}),
  };
}

export { filled as filledCredentials };
