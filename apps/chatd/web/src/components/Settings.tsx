import { chooseLanguage, language, t } from "../i18n";
import { leave } from "../state/app";
import { chooseTheme, theme } from "../state/appearance";
import { me } from "../state/connection";
import { Avatar } from "./Avatar";
import { Choice } from "./controls";
import { Dialog } from "./Dialog";
import { closeDialog, dialog } from "./dialogs";
import { Icon } from "./Icon";

/// Languages are named in themselves, so that who cannot read the page's can still choose.
const LANGUAGES = [
    { value: "en", label: "English" },
    { value: "ko", label: "한국어" },
] as const;

export function AppearanceChoices() {
    return (
        <>
            <Choice
                label={t("settings.theme")}
                value={theme.value}
                onChoose={chooseTheme}
                options={[
                    { value: "system", label: t("settings.system") },
                    { value: "light", label: t("settings.light") },
                    { value: "dark", label: t("settings.dark") },
                ]}
            />
            <Choice
                label={t("settings.language")}
                value={language.value}
                onChoose={chooseLanguage}
                options={LANGUAGES}
            />
        </>
    );
}

export function Settings() {
    const user = me.value;
    if (!user) return null;
    return (
        <Dialog title={t("settings.title")} onClose={closeDialog}>
            <div class="profile">
                <Avatar
                    id={user.id}
                    name={user.nickname}
                    image={user.profileImageUrl}
                    size="large"
                />
                <div>
                    <p class="profile-name ellipsis">{user.nickname}</p>
                    {user.email && <p class="quiet ellipsis">{user.email}</p>}
                    {user.statusText && <p class="ellipsis">{user.statusText}</p>}
                </div>
            </div>
            <button
                type="button"
                class="button button-wide"
                onClick={() => (dialog.value = { kind: "profile" })}
            >
                <Icon name="edit" /> {t("profile.edit")}
            </button>
            <button
                type="button"
                class="button button-wide"
                onClick={() => (dialog.value = { kind: "schedules" })}
            >
                <Icon name="clock" /> {t("schedule.all")}
            </button>
            <AppearanceChoices />
            <button
                type="button"
                class="button button-wide"
                onClick={() => {
                    closeDialog();
                    void leave();
                }}
            >
                <Icon name="leave" /> {t("settings.logOut")}
            </button>
        </Dialog>
    );
}
