package dev.slipway.transforms.image;

/**
 * What is made of one picture: a part of it is resized, a window of that is shown, and lies somewhere in what the model takes.
 *
 * @param region of the picture
 * @param resized the size that the region would get, were all of it needed
 * @param shown which part of that is
 * @param left where in what the model takes the shown part begins, in pixels
 * @param top likewise
 */
record Window(Box region, Size resized, Box shown, int left, int top) {
    /** A rectangle, in pixels. */
    record Box(int left, int top, int width, int height) {}

    /** In pixels. */
    record Size(int width, int height) {}

    /** @param taken what the model takes */
    static Window of(Picture picture, Framing framing, Size taken) {
        Box region = framing.crop() == Framing.Crop.ASPECT
                ? aspect(picture, taken)
                : new Box(0, 0, picture.width(), picture.height());
        int[] sides =
                framing.resize().sizeOf(region.height(), region.width(), new int[] {taken.height(), taken.width()});
        Size resized = new Size(sides[1], sides[0]);
        Box shown = new Box(
                cut(resized.width(), taken.width()),
                cut(resized.height(), taken.height()),
                Math.min(resized.width(), taken.width()),
                Math.min(resized.height(), taken.height()));
        return new Window(
                region, resized, shown, (taken.width() - shown.width()) / 2, (taken.height() - shown.height()) / 2);
    }

    /** Half of what is too much, rounded to the even number, as torchvision's {@code CenterCrop} does it. */
    private static int cut(int side, int taken) {
        return side <= taken ? 0 : (int) Math.rint((side - taken) / 2.0);
    }

    /** As Keras' {@code smart_resize} does it. */
    private static Box aspect(Picture picture, Size taken) {
        int height = (int) Math.min(picture.height(), (long) picture.width() * taken.height() / taken.width());
        int width = (int) Math.min(picture.width(), (long) picture.height() * taken.width() / taken.height());
        int cutHeight = Math.max(1, height);
        int cutWidth = Math.max(1, width);
        return new Box((picture.width() - cutWidth) / 2, (picture.height() - cutHeight) / 2, cutWidth, cutHeight);
    }
}
