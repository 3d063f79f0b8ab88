import * as Primitive from "@radix-ui/react-dropdown-menu";
import clsx from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

/** Not modal: the modal variant locks scrolling with a style element, which the content security policy refuses. */
export function Menu({
  trigger,
  children,
  align = "end",
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
}) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={6}
          collisionPadding={12}
          className="z-50 min-w-48 rounded-lg border bg-card p-1 shadow-float"
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

const ITEM =
  "flex min-h-8.5 cursor-pointer items-center gap-2.5 rounded-md px-2.5 outline-none select-none " +
  "data-[highlighted]:bg-hover data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50";

interface MenuItemProps {
  icon?: ReactNode;
  danger?: boolean;
  checked?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, danger, checked, disabled, onSelect, children }: MenuItemProps) {
  const className = clsx(ITEM, danger && "text-bad");
  if (checked === undefined) {
    return (
      <Primitive.Item className={className} disabled={disabled} onSelect={onSelect}>
        {icon}
        {children}
      </Primitive.Item>
    );
  }
  return (
    <Primitive.CheckboxItem className={className} checked={checked} disabled={disabled} onSelect={onSelect}>
      {icon}
      {children}
      <Primitive.ItemIndicator className="ml-auto pl-4">
        <Check aria-hidden className="size-4 text-accent" />
      </Primitive.ItemIndicator>
    </Primitive.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2.5 pt-2 pb-1 text-xs text-mut">{children}</Primitive.Label>;
}

export function MenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 border-t" />;
}
