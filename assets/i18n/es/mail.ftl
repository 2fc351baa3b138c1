mail-hello = Hola, { $name }:
mail-hello-nobody = Hola:
mail-link-hint = Si el botón no funciona, copia esta dirección en tu navegador:
mail-support = ¿Necesitas ayuda? Escribe a { $address }
mail-leave = No quiero recibir más correos de la lista de espera

lifetime = { $unit ->
    [days] { $count ->
        [one] un día
       *[other] { $count } días
    }
    [hours] { $count ->
        [one] una hora
       *[other] { $count } horas
    }
   *[minutes] { $count ->
        [one] un minuto
       *[other] { $count } minutos
    }
}

mail-fact-when = Cuándo
mail-fact-device = Navegador
mail-fact-address = Dirección de red
mail-fact-old-email = Dirección actual
mail-fact-new-email = Dirección nueva
mail-fact-position = Tu puesto en la lista
mail-fact-share = Tu enlace para compartir
mail-fact-joined = Altas de los últimos 7 días
mail-fact-total = En la lista
mail-fact-confirmed = Con la dirección confirmada
mail-fact-referrals = Llegaron por un enlace compartido
mail-fact-invited = Con invitación
mail-fact-sources = De dónde llegan

mail-verify-email-subject = Verificación de correo electrónico
mail-verify-email-lead = Confirma que esta dirección es tuya para terminar de abrir tu cuenta en { $brand }.
mail-verify-email-button = Verificar dirección
mail-verify-email-note = El enlace sirve durante { lifetime }. Si no has abierto una cuenta, puedes ignorar este correo.

mail-reset-password-subject = Restablecer contraseña
mail-reset-password-lead = Alguien ha pedido una contraseña nueva para tu cuenta en { $brand }. Si has sido tú, elígela aquí:
mail-reset-password-button = Elegir contraseña nueva
mail-reset-password-note = El enlace sirve una sola vez y durante { lifetime }. Si no lo has pedido tú, no hagas nada: tu contraseña sigue siendo la misma.

mail-change-email-old-subject = Confirma el cambio de dirección
mail-change-email-old-lead = Has pedido cambiar la dirección de correo de tu cuenta en { $brand }. Confírmalo y escribiremos a la dirección nueva para comprobar que es tuya.
mail-change-email-old-button = Confirmar el cambio
mail-change-email-old-note = El enlace sirve durante { lifetime }. Si no lo has pedido tú, no confirmes y cambia tu contraseña: alguien ha entrado en tu cuenta.

mail-change-email-new-subject = Verifica tu nueva dirección
mail-change-email-new-lead = Falta un paso para que esta sea la dirección de tu cuenta en { $brand }: confirma que es tuya.
mail-change-email-new-button = Verificar dirección nueva
mail-change-email-new-note = El enlace sirve durante { lifetime }. Si no lo has pedido tú, puedes ignorar este correo.

mail-delete-account-subject = Confirma que quieres eliminar tu cuenta
mail-delete-account-lead = Has pedido eliminar tu cuenta en { $brand } con todos sus datos. Al abrir el enlace con tu sesión iniciada, la cuenta se elimina y no se puede recuperar.
mail-delete-account-button = Eliminar mi cuenta
mail-delete-account-note = El enlace sirve una sola vez y durante { lifetime }. Si no lo has pedido tú, no lo abras y cambia tu contraseña.

mail-existing-account-subject = Ya tienes una cuenta
mail-existing-account-lead = Alguien ha intentado abrir una cuenta en { $brand } con esta dirección, que ya tiene una. Si has sido tú, inicia sesión como siempre; si no recuerdas la contraseña, elige otra aquí:
mail-existing-account-button = Recuperar el acceso
mail-existing-account-note = Si no has sido tú, puedes ignorar este correo: tu cuenta no ha cambiado.

mail-password-changed-subject = Tu contraseña ha cambiado
mail-password-changed-lead = La contraseña de tu cuenta en { $brand } acaba de cambiar.
mail-password-changed-button = No he sido yo
mail-password-changed-note = Si la has cambiado tú, no tienes que hacer nada. Si no, pide otra contraseña con el botón. { $sessions ->
    [end] Las sesiones abiertas se cerrarán.
   *[stay] Después, cierra las sesiones que no conozcas.
}

mail-email-changed-subject = Tu cuenta tiene otra dirección
mail-email-changed-lead = La cuenta de { $brand } que tenía esta dirección tiene ahora otra, y con esta ya no se entra.
mail-email-changed-note = Si la has cambiado tú, no tienes que hacer nada. Si no, escribe cuanto antes a quien lleva { $brand }: puede devolverte la cuenta.

mail-new-device-subject = Nuevo inicio de sesión
mail-new-device-lead = Alguien ha iniciado sesión en tu cuenta de { $brand } desde un navegador que no conocíamos.
mail-new-device-button = No he sido yo
mail-new-device-note = Si has sido tú, no tienes que hacer nada. Si no, cambia tu contraseña cuanto antes con el botón. { $sessions ->
    [end] Las sesiones abiertas se cerrarán.
   *[stay] Después, cierra las sesiones que no conozcas.
}

mail-waitlist-welcome-subject = Estás en la lista de espera
mail-waitlist-welcome-lead = Ya tienes sitio en la lista de espera de { $brand }. Comparte tu enlace: cada persona que se apunte con él te acerca al principio.
mail-waitlist-welcome-note = Te escribiremos cuando llegue tu turno.

mail-waitlist-confirm-subject = Confirma tu sitio en la lista
mail-waitlist-confirm-lead = Te falta un paso para entrar en la lista de espera de { $brand }: confirma que esta dirección es tuya.
mail-waitlist-confirm-button = Confirmar mi sitio
mail-waitlist-confirm-note = El enlace sirve durante { lifetime }. Si no te has apuntado tú, puedes ignorar este correo.

mail-waitlist-invite-subject = Ha llegado tu turno
mail-waitlist-invite-lead = Ya puedes abrir tu cuenta en { $brand }. Esta invitación es solo para ti y tu dirección ya queda verificada.
mail-waitlist-invite-button = Abrir mi cuenta
mail-waitlist-invite-note = La invitación sirve una sola vez y durante { lifetime }.

mail-waitlist-digest-subject = La lista de espera, esta semana
mail-waitlist-digest-lead = Así está la lista de espera de { $brand }.
mail-waitlist-digest-note = Recibes este resumen una vez a la semana porque administras el sitio.

mail-fact-offer = Oferta
mail-fact-alert = Alerta
mail-fact-from = De
mail-fact-applications = Candidaturas nuevas
mail-fact-organization = Organización
mail-fact-views = Visitas a las ofertas
mail-fact-open-jobs = Ofertas publicadas
mail-fact-answered = Candidaturas respondidas
mail-fact-first-answer = Tiempo medio hasta la primera respuesta

mail-application-received-subject = { $count ->
    [1] Tienes una candidatura nueva
   *[other] Tienes { $count } candidaturas nuevas
}
mail-application-received-lead = Hay novedades en una de tus ofertas de { $brand }.
mail-application-received-button = Ver las candidaturas
mail-application-received-note = Como mucho te escribimos una vez por hora y oferta.

mail-application-status-subject = { $status ->
    [entrevista] Quieren entrevistarte
    [oferta] Te hacen una oferta
    [contratado] Enhorabuena: el puesto es tuyo
    [rechazado] Tu candidatura no sigue adelante
   *[other] Tu candidatura ha cambiado
}
mail-application-status-lead = { $status ->
    [entrevista] La empresa ha leído tu candidatura en { $brand } y quiere hablar contigo.
    [oferta] La empresa quiere contar contigo.
    [contratado] La empresa ha confirmado tu contratación.
    [rechazado] La empresa ha decidido seguir con otras personas. Gracias por tu interés, y ánimo con la siguiente.
   *[other] La empresa ha movido tu candidatura en { $brand }.
}
mail-application-status-button = Ver mi candidatura
mail-application-status-note = Te escribimos porque te inscribiste en esta oferta.

mail-new-message-subject = Tienes un mensaje sin leer
mail-new-message-lead = Te han escrito en { $brand } y el mensaje sigue sin leer.
mail-new-message-button = Leer el mensaje
mail-new-message-note = Como mucho te escribimos una vez por hora y conversación.

mail-job-alert-subject = { $count ->
    [1] Hay una oferta nueva para ti
   *[other] Hay { $count } ofertas nuevas para ti
}
mail-job-alert-lead = Esto es lo nuevo en { $brand } que encaja con tu alerta.
mail-job-alert-button = Ver mis alertas
mail-job-alert-note = Recibes este correo porque creaste esta alerta. Puedes pausarla cuando quieras.

mail-weekly-report-subject = Tu semana en cifras
mail-weekly-report-lead = Así ha ido la última semana en { $brand }.
mail-weekly-report-button = Abrir el panel
mail-weekly-report-note = Recibes este resumen una vez a la semana.

mail-fact-inviter = Te invita
mail-fact-ends = Termina

mail-organization-invite-subject = Te invitan a una organización
mail-organization-invite-lead = Alguien quiere que formes parte de su organización en { $brand }. Entra con una cuenta de esta dirección y acepta la invitación.
mail-organization-invite-button = Ver la invitación
mail-organization-invite-note = La invitación sirve una sola vez, durante { lifetime } y solo para esta dirección. Si no la esperabas, puedes ignorar este correo.

mail-offer-expiring-subject = Una oferta está a punto de caducar
mail-offer-expiring-lead = Una de las ofertas de tu organización en { $brand } deja de publicarse dentro de unos días. Si aún buscas a alguien, renuévala.
mail-offer-expiring-button = Ver la oferta
mail-offer-expiring-note = Si ya has encontrado a alguien, no tienes que hacer nada.
