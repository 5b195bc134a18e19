/* What improves every page: partial updates, the menu on phones, drafts that save themselves, dialogs.
   Every page can be read and every decision taken without it. */

import htmx from "htmx.org";

import { followAmounts } from "./amount.js";
import { saveDrafts } from "./autosave.js";
import { openDialogs } from "./dialog.js";
import { countChosen, readKeys, watchNews } from "./inbox.js";
import { toggleMenus } from "./menu.js";
import { offerPasskeys } from "./passkey.js";
import { sendOnce } from "./once.js";
import { followScores } from "./scoring.js";

/* The content security policy allows neither inline styles nor eval; htmx must not ask for them. */
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.historyRestoreAsHxRequest = false;

saveDrafts(document);
toggleMenus(document);
openDialogs(document);
followScores(document);
followAmounts(document);
readKeys(document);
watchNews(document);
countChosen(document);
offerPasskeys(document);
sendOnce(document);
