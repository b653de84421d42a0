package org.example.mail;

import java.util.List;

/** Sends mail. */
@Deprecated
public class Mailer extends Base implements Sender, AutoCloseable {
    private static final int RETRIES = 3;

    /** Makes a mailer for a host. */
    public Mailer(String host) {
        super(host);
    }

    /**
     * Sends one message.
     */
    @Override
    public boolean send(Message message, List<String> to) throws MailException {
        Transport transport = new Transport(host);
        return transport.deliver(message, to);
    }

    enum Status { SENT, FAILED }

    interface Listener {
        void onSent(Message message);
    }

    record Receipt(String id, long time) {}

    @interface Audited {}
}
