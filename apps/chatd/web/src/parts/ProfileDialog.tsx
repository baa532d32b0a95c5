// What others see of this person: name, picture, status.

import { useState } from "preact/hooks";
import { type Profile, saveProfile } from "../api";
import { ChatError } from "../client";
import { t } from "../i18n";
import { lengthOf } from "../state/actions";
import { me } from "../state/connection";
import { rememberPerson } from "../state/people";
import { reasonText } from "../state/toasts";
import { Avatar, isPicture } from "../components/Avatar";
import { Dialog } from "../components/Dialog";
import { closeDialog } from "../components/dialogs";

type Problems = Partial<Record<keyof Profile | "form", string>>;

const STATUS_MAX = 200;
const NICKNAME_MAX = 40;

function validate({ nickname, profileImageUrl, statusText }: Profile): Problems {
    const problems: Problems = {};
    if (!nickname) problems.nickname = t("auth.nicknameEmpty");
    else if (lengthOf(nickname) > NICKNAME_MAX) problems.nickname = t("auth.nicknameLong");
    if (profileImageUrl && !isPicture(profileImageUrl)) {
        problems.profileImageUrl = t("profile.pictureInvalid");
    }
    if (lengthOf(statusText) > STATUS_MAX) problems.statusText = t("profile.statusLong");
    return problems;
}

function problemsOf(error: unknown): Problems {
    const field = error instanceof ChatError ? error.details["field"] : undefined;
    const isOurs = field === "nickname" || field === "profileImageUrl" || field === "statusText";
    return { [isOurs ? field : "form"]: reasonText(error) };
}

export function ProfileDialog() {
    const user = me.peek();
    const [values, setValues] = useState<Profile>({
        nickname: user?.nickname ?? "",
        profileImageUrl: user?.profileImageUrl ?? "",
        statusText: user?.statusText ?? "",
    });
    const [problems, setProblems] = useState<Problems>({});
    const [busy, setBusy] = useState(false);
    if (!user) return null;
    const save = async (event: Event): Promise<void> => {
        event.preventDefault();
        if (busy) return;
        const wanted: Profile = {
            nickname: values.nickname.trim(),
            profileImageUrl: values.profileImageUrl.trim(),
            statusText: values.statusText.trim(),
        };
        const found = validate(wanted);
        setProblems(found);
        if (Object.keys(found).length > 0) return;
        setBusy(true);
        try {
            const saved = await saveProfile(wanted);
            me.value = { ...user, ...saved };
            rememberPerson(saved.id, saved.nickname, saved.profileImageUrl ?? null);
            closeDialog();
        } catch (error) {
            setProblems(problemsOf(error));
            setBusy(false);
        }
    };
    const field = (name: keyof Profile, label: string, hint?: string) => (
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                name={name}
                type="text"
                autocomplete="off"
                value={values[name]}
                aria-invalid={problems[name] !== undefined}
                aria-describedby={`profile-${name}`}
                onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
            />
            <span
                id={`profile-${name}`}
                class={problems[name] ? "problem" : "hint"}
                {...(problems[name] && { role: "alert" })}
            >
                {problems[name] ?? hint}
            </span>
        </label>
    );
    return (
        <Dialog title={t("profile.title")} onClose={closeDialog}>
            <form class="stack" onSubmit={(event) => void save(event)} noValidate>
                <div class="profile-face">
                    <Avatar
                        id={user.id}
                        name={values.nickname || user.nickname}
                        image={values.profileImageUrl.trim()}
                        size="large"
                    />
                </div>
                {field("nickname", t("profile.nickname"))}
                {field("statusText", t("profile.status"), t("profile.statusHint"))}
                {field("profileImageUrl", t("profile.picture"), t("profile.pictureHint"))}
                {problems.form && (
                    <p class="problem" role="alert">
                        {problems.form}
                    </p>
                )}
                <button type="submit" class="button button-primary button-wide" aria-busy={busy}>
                    {t("common.save")}
                </button>
            </form>
        </Dialog>
    );
}
