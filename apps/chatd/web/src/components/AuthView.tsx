import { useRef, useState } from "preact/hooks";
import { ChatError } from "../client";
import type { User } from "../client/wire";
import { t, type TextKey } from "../i18n";
import { logIn, signUp } from "../session";
import { lengthOf } from "../state/actions";
import { authNotice, enter } from "../state/app";
import { reasonText } from "../state/toasts";
import { AppearanceChoices } from "./Settings";
import { Icon } from "./Icon";

type Mode = "logIn" | "signUp";
type Field = "email" | "password" | "nickname";
type Problems = Partial<Record<Field | "form", string>>;

const MODE_KEY = "chatd.hasLoggedIn";

function validate(mode: Mode, values: Record<Field, string>): Problems {
    const problems: Problems = {};
    if (!/^\S+@\S+$/.test(values.email.trim())) problems.email = t("auth.emailInvalid");
    if (mode === "logIn") return problems;
    const name = values.nickname.trim();
    if (!name) problems.nickname = t("auth.nicknameEmpty");
    else if (lengthOf(name) > 40) problems.nickname = t("auth.nicknameLong");
    const bytes = new TextEncoder().encode(values.password).length;
    if (bytes < 8) problems.password = t("auth.passwordShort");
    else if (bytes > 72) problems.password = t("auth.passwordLong");
    return problems;
}

/// The refusal stands next to what caused it.
function problemsOf(error: unknown): Problems {
    if (!(error instanceof ChatError)) return { form: t("error.internal") };
    const text = reasonText(error);
    if (error.code === "email_taken") return { email: text };
    if (error.code === "too_many") {
        const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 1000) / 1000));
        return { form: t("auth.tooMany", { count: seconds }) };
    }
    const { field } = error.details;
    if (field === "email" || field === "password" || field === "nickname") {
        return { [field]: error.message };
    }
    return { form: text };
}

export function AuthView() {
    const first: Mode = localStorage.getItem(MODE_KEY) || authNotice.value ? "logIn" : "signUp";
    const [mode, setMode] = useState<Mode>(first);
    const [values, setValues] = useState({ email: "", password: "", nickname: "" });
    const [problems, setProblems] = useState<Problems>({});
    const [busy, setBusy] = useState(false);
    const form = useRef<HTMLFormElement>(null);

    const fail = (found: Problems): void => {
        setProblems(found);
        const field = (["nickname", "email", "password"] as const).find((name) => found[name]);
        if (field) form.current?.querySelector<HTMLInputElement>(`[name=${field}]`)?.focus();
    };
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        if (busy) return;
        const found = validate(mode, values);
        if (Object.keys(found).length > 0) return fail(found);
        setBusy(true);
        setProblems({});
        try {
            const email = values.email.trim();
            const user: User =
                mode === "logIn"
                    ? await logIn(email, values.password)
                    : await signUp(email, values.password, values.nickname.trim());
            localStorage.setItem(MODE_KEY, "yes");
            enter(user);
        } catch (error) {
            fail(problemsOf(error));
            setBusy(false);
        }
    };
    const field = (
        name: Field,
        type: InputFieldProps["type"],
        autocomplete: InputFieldProps["autocomplete"],
        hint?: TextKey,
    ) => (
        <InputField
            name={name}
            type={type}
            autocomplete={autocomplete}
            label={t(`auth.${name}`)}
            hint={hint ? t(hint) : undefined}
            problem={problems[name]}
            value={values[name]}
            onInput={(value) => setValues({ ...values, [name]: value })}
        />
    );
    const signingUp = mode === "signUp";
    return (
        <main class="auth">
            <form class="auth-card" ref={form} onSubmit={(event) => void submit(event)} noValidate>
                <span class="auth-mark">
                    <Icon name="chat" />
                </span>
                <h1>{t(signingUp ? "auth.signUpTitle" : "auth.logInTitle")}</h1>
                {authNotice.value === "expired" && (
                    <p class="notice" role="alert">
                        {t("auth.expired")}
                    </p>
                )}
                {signingUp && field("nickname", "text", "nickname", "auth.nicknameHint")}
                {field("email", "email", "username")}
                {field(
                    "password",
                    "password",
                    signingUp ? "new-password" : "current-password",
                    signingUp ? "auth.passwordHint" : undefined,
                )}
                {problems.form && (
                    <p class="problem" role="alert">
                        {problems.form}
                    </p>
                )}
                <button type="submit" class="button button-primary button-wide" aria-busy={busy}>
                    {t(signingUp ? "auth.signUp" : "auth.logIn")}
                </button>
                <button
                    type="button"
                    class="link"
                    onClick={() => {
                        setMode(signingUp ? "logIn" : "signUp");
                        setProblems({});
                    }}
                >
                    {t(signingUp ? "auth.toLogIn" : "auth.toSignUp")}
                </button>
            </form>
            <div class="auth-foot">
                <AppearanceChoices />
            </div>
        </main>
    );
}

interface InputFieldProps {
    name: string;
    type: "text" | "email" | "password";
    autocomplete: "nickname" | "username" | "new-password" | "current-password";
    label: string;
    hint: string | undefined;
    problem: string | undefined;
    value: string;
    onInput: (value: string) => void;
}

function InputField({
    name,
    type,
    autocomplete,
    label,
    hint,
    problem,
    value,
    onInput,
}: InputFieldProps) {
    const note = problem ?? hint;
    return (
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                name={name}
                // The DOM library's types want one literal type an element.
                type={type as "text"}
                autocomplete={autocomplete}
                autocapitalize="none"
                value={value}
                aria-invalid={problem !== undefined}
                {...(note && { "aria-describedby": `${name}-note` })}
                onInput={(event) => onInput(event.currentTarget.value)}
            />
            {note && (
                <span
                    id={`${name}-note`}
                    class={problem ? "problem" : "hint"}
                    {...(problem && { role: "alert" })}
                >
                    {note}
                </span>
            )}
        </label>
    );
}
