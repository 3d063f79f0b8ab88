import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useForm } from "react-hook-form";
import type { Organization, OrganizationChange } from "@/api/types";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { Card, Notice } from "@/components/ui/surface";
import { sessionQuery, useSession } from "@/features/auth/queries";
import { api, errorText } from "@/lib/api";
import { timeZone } from "@/lib/format";
import { applyProblem } from "@/lib/forms";
import { toast } from "@/lib/toast";
import { currencies, settingsSchema, timeZones, type SettingsValues } from "./schema";

function toValues(organization: Organization): SettingsValues {
  return {
    name: organization.name,
    reporting_currency: organization.reporting_currency,
    time_zone: organization.time_zone,
    target_roas: organization.target_roas === null ? "" : String(organization.target_roas),
  };
}

function toChange(values: SettingsValues): OrganizationChange {
  const target = values.target_roas.trim().replace(",", ".");
  return { ...values, name: values.name.trim(), target_roas: target === "" ? null : Number(target) };
}

function SettingsForm({ organization, readOnly }: { organization: Organization; readOnly: boolean }) {
  const client = useQueryClient();
  const form = useForm<SettingsValues>({ resolver: zodResolver(settingsSchema), values: toValues(organization) });
  const { errors, isSubmitting, isDirty } = form.formState;
  const options = useMemo(
    () => ({ currencies: currencies(organization.reporting_currency), zones: timeZones(organization.time_zone) }),
    [organization],
  );

  const submit = async (values: SettingsValues) => {
    try {
      await api.patch<Organization>("/organization", toChange(values));
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toast("Settings saved.");
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    } catch (error) {
      if (!applyProblem(form, error)) toast(errorText(error), "bad");
    }
  };

  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit(submit)(event)}>
      <fieldset disabled={readOnly} className="grid gap-4 sm:grid-cols-2">
        <legend className="sr-only">Organization</legend>
        <Field label="Name" error={errors.name?.message}>
          {(attributes) => <Input autoComplete="organization" {...attributes} {...form.register("name")} />}
        </Field>
        <Field
          label="Target ROAS"
          optional
          error={errors.target_roas?.message}
          help="Oracle measures risk against it. Empty: against break-even, 1.0."
        >
          {(attributes) => (
            <Input inputMode="decimal" placeholder="3.0" {...attributes} {...form.register("target_roas")} />
          )}
        </Field>
        <Field
          label="Reporting currency"
          error={errors.reporting_currency?.message}
          help="Sums are in this currency. Amounts in others are converted at the reference rate of their day."
        >
          {(attributes) => (
            <Select {...attributes} {...form.register("reporting_currency")}>
              {options.currencies.map((entry) => (
                <option key={entry.code} value={entry.code}>
                  {entry.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Time zone" error={errors.time_zone?.message} help="Decides which day is today on the dashboard.">
          {(attributes) => (
            <Select {...attributes} {...form.register("time_zone")}>
              {options.zones.map((zone) => (
                <option key={zone} value={zone}>
                  {timeZone(zone)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </fieldset>
      {!readOnly && (
        <div className="mt-5 flex justify-end gap-2">
          <Button disabled={!isDirty} onClick={() => form.reset()}>
            Discard
          </Button>
          <Button type="submit" variant="primary" busy={isSubmitting} disabled={!isDirty}>
            Save settings
          </Button>
        </div>
      )}
    </form>
  );
}

export function SettingsPage() {
  const { organization, role, user } = useSession();
  const readOnly = role !== "owner";
  return (
    <>
      <PageHeader title="Settings" />
      <div className="grid max-w-200 gap-4">
        {readOnly && (
          <Notice tone="info">You can see these settings. Only an owner of the organization can change them.</Notice>
        )}
        <Card title="Organization">
          <SettingsForm organization={organization} readOnly={readOnly} />
        </Card>
        <Card title="Your account">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
            <dt className="text-mut">Name</dt>
            <dd>{user.name}</dd>
            <dt className="text-mut">E-mail</dt>
            <dd className="break-all">{user.email}</dd>
            <dt className="text-mut">Role</dt>
            <dd>{role === "owner" ? "Owner" : "Viewer"}</dd>
          </dl>
        </Card>
      </div>
    </>
  );
}
