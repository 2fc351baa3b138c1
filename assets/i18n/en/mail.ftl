mail-hello = Hello, { $name }:
mail-hello-nobody = Hello:
mail-link-hint = If the button does not work, copy this address into your browser:
mail-support = Need help? Write to { $address }
mail-verify-email-subject = Verify your e-mail address
mail-verify-email-lead = Confirm that this address is yours to finish opening your account at { $brand }.
mail-verify-email-button = Verify address
mail-verify-email-note = The link works for { $minutes } minutes. If you did not open an account, you can ignore this mail.
