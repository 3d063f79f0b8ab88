import type { FieldErrors, UseFormRegisterReturn } from "react-hook-form";
import type { CredentialField } from "@/api/types";
import { Field, Input } from "@/components/ui/field";

interface CredentialFieldsProps {
  fields: CredentialField[];
  errors: FieldErrors<Record<string, string>> | undefined;
  register: (name: string) => UseFormRegisterReturn;
  /** What is stored now, in masked form; an empty field keeps it. */
  masked?: Record<string, string>;
}

export function CredentialFields({ fields, errors, register, masked }: CredentialFieldsProps) {
  return fields.map((field) => (
    <Field
      key={field.name}
      label={field.label}
      optional={!masked && !field.required}
      help={field.help}
      error={errors?.[field.name]?.message}
    >
      {(attributes) => (
        <Input
          type={field.secret ? "password" : "text"}
          autoComplete="off"
          spellCheck={false}
          placeholder={masked ? (masked[field.name] ?? "Not set") : undefined}
          {...attributes}
          {...register(field.name)}
        />
      )}
    </Field>
  ));
}
