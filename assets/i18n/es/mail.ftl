mail-hello = Hola, { $name }:
mail-hello-nobody = Hola:
mail-link-hint = Si el botón no funciona, copia esta dirección en tu navegador:
mail-support = ¿Necesitas ayuda? Escribe a { $address }
mail-verify-email-subject = Verificación de correo electrónico
mail-verify-email-lead = Confirma que esta dirección es tuya para terminar de abrir tu cuenta en { $brand }.
mail-verify-email-button = Verificar dirección
mail-verify-email-note = El enlace sirve durante { $minutes } minutos. Si no has abierto una cuenta, puedes ignorar este correo.
