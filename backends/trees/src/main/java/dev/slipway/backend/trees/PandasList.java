package dev.slipway.backend.trees;

import java.util.ArrayList;
import java.util.List;

/** The list of lists of categories at the end of LightGBM's text: JSON of texts, numbers and words. */
final class PandasList {
    private final String json;
    private int at;

    PandasList(String json) {
        this.json = json.trim();
    }

    /** By column, its categories as String or Double; empty where the text is null or no such list. */
    List<List<Object>> read() {
        List<List<Object>> lists = new ArrayList<>();
        if (!take('[')) {
            return List.of();
        }
        while (!take(']')) {
            List<Object> list = new ArrayList<>();
            if (!take('[')) {
                return List.of();
            }
            while (!take(']')) {
                if (at >= json.length()) {
                    return List.of();
                }
                list.add(value());
                take(',');
            }
            lists.add(list);
            take(',');
        }
        return lists;
    }

    private boolean take(char wanted) {
        while (at < json.length() && json.charAt(at) == ' ') {
            at++;
        }
        if (at < json.length() && json.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private Object value() {
        if (json.charAt(at) == '"') {
            return text();
        }
        int start = at;
        while (at < json.length() && json.charAt(at) != ',' && json.charAt(at) != ']') {
            at++;
        }
        String word = json.substring(start, at).trim();
        return switch (word) {
            case "true" -> 1.0;
            case "false" -> 0.0;
            default -> {
                try {
                    yield Double.parseDouble(word);
                } catch (NumberFormatException e) {
                    // Neither text nor number: such a column takes codes.
                    yield Boolean.FALSE;
                }
            }
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        at++;
        while (at < json.length() && json.charAt(at) != '"') {
            char next = json.charAt(at++);
            if (next == '\\' && at < json.length()) {
                next = json.charAt(at++);
                if (next == 'u' && at + 4 <= json.length()) {
                    int unit = 0;
                    for (int end = at + 4; at < end; at++) {
                        unit = unit << 4 | Math.max(0, Character.digit(json.charAt(at), 16));
                    }
                    next = (char) unit;
                } else {
                    next = switch (next) {
                        case 'n' -> '\n';
                        case 't' -> '\t';
                        case 'r' -> '\r';
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        default -> next;
                    };
                }
            }
            text.append(next);
        }
        at++;
        return text.toString();
    }
}
