package dev.slipway.source;

import dev.slipway.source.http.Download;
import dev.slipway.source.http.Validator;

/**
 * One file of a version.
 *
 * @param path below the artifact's folder, with {@code /}, as strangers chose it
 * @param request how it is fetched
 * @param listed what was said of it when the version was listed
 */
record RemoteFile(String path, Download.Request request, Validator listed) {}
