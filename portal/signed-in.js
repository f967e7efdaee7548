"use strict";
// Gives the answer of Microsoft Entra to the page that asked (MSAL 5, "redirect bridge").
msalRedirectBridge.broadcastResponseToMainFrame();
