import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Brand } from "@/components/brand";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Notice } from "@/components/ui/surface";
import { ApiError, errorText } from "@/lib/api";
import { applyProblem } from "@/lib/forms";
import { usePageTitle } from "@/lib/hooks";
import { logIn, sessionQuery } from "./queries";

const schema = z.object({
  email: z.email("Enter an e-mail address like name@company.com."),
  password: z.string().min(1, "Enter your password."),
});

type Values = z.infer<typeof schema>;

const route = getRouteApi("/login");

export function LoginPage() {
  usePageTitle("Log in");
  const { next } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues: { email: "", password: "" } });
  const { errors, isSubmitting } = form.formState;

  useEffect(() => form.setFocus("email"), [form]);

  const submit = async (values: Values) => {
    setFailure(null);
    try {
      client.setQueryData(sessionQuery.queryKey, await logIn(values));
      router.history.push(next ?? "/");
    } catch (error) {
      if (applyProblem(form, error)) return;
      setFailure(errorText(error));
      if (error instanceof ApiError && error.status === 401) form.setFocus("password", { shouldSelect: true });
    }
  };

  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-90">
        <div className="mb-6 flex justify-center">
          <Brand large />
        </div>
        <div className="rounded-xl border bg-card p-6">
          <h1 className="text-xl font-semibold">Log in</h1>
          <p className="mt-1 mb-5 text-mut">All your advertising in one trustworthy set of numbers.</p>
          <form noValidate className="grid gap-4" onSubmit={(event) => void form.handleSubmit(submit)(event)}>
            <Field label="E-mail" error={errors.email?.message}>
              {(attributes) => (
                <Input
                  type="email"
                  autoComplete="username"
                  inputMode="email"
                  {...attributes}
                  {...form.register("email")}
                />
              )}
            </Field>
            <Field label="Password" error={errors.password?.message}>
              {(attributes) => (
                <Input type="password" autoComplete="current-password" {...attributes} {...form.register("password")} />
              )}
            </Field>
            {failure && (
              <div role="alert">
                <Notice tone="bad">{failure}</Notice>
              </div>
            )}
            <Button type="submit" variant="primary" busy={isSubmitting} className="h-10!">
              Log in
            </Button>
          </form>
        </div>
      </div>
    </main>
  );
}
